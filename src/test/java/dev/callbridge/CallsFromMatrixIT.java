package dev.callbridge;

import static dev.callbridge.Bench.PATIENCE;
import static dev.callbridge.Bench.newNumber;
import static dev.callbridge.Bench.opusOffer;
import static dev.callbridge.Bench.silentOffer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.Bench.Verdict;
import dev.callbridge.bridge.CallRegistry;
import dev.callbridge.media.MediaPorts;
import dev.callbridge.testkit.FakeCall;
import dev.callbridge.testkit.FakeUser;
import dev.callbridge.testkit.SoftphoneCall;
import dev.callbridge.testkit.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// A Matrix user calls a telephone, through all of the bridge; nobody speaks.
@Timeout(120)
class CallsFromMatrixIT {

    @TempDir
    private static Path directory;

    private static Bench bench;

    private FakeUser alice;
    private final String number = newNumber();

    @BeforeAll
    static void start() {
        bench = new Bench(directory, new TestDatabase(), bridge -> bridge.with("callbridge.sip.ring-timeout", "8s"));
    }

    @BeforeEach
    void meet() {
        alice = bench.newUser();
    }

    @AfterAll
    static void stop() {
        bench.close();
    }

    private FakeCall calls() {
        return bench.calls(alice, number, silentOffer());
    }

    private SoftphoneCall ringing() {
        SoftphoneCall call = bench.trunk.expectInvite(number);
        call.ring();
        return call;
    }

    private void isRejected(FakeCall call, String reason, String notice) {
        assertThat(call.expectReject().path("reason").asString("")).isEqualTo(reason);
        String _ = alice.expectNotice(call.room(), notice);
        assertThat(call.heard()).doesNotContain("m.call.answer", "m.call.hangup");
    }

    private void isNeverDialled(String dialled) {
        bench.awaitNoCalls();
        assertThat(bench.trunk.invites(dialled)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "486, user_busy, The line is busy, busy",
        "404, unknown_error, not in use, carrier-404",
        "480, invite_timeout, Nobody answered, no-answer",
        "503, unknown_error, busy or down, carrier-503",
        "603, user_hangup, declined, rejected"
    })
    void aTelephonesRefusalIsARejectWithWords(int status, String reason, String notice, String written) {
        FakeCall call = calls();
        ringing().refuse(status);

        isRejected(call, reason, notice);
        assertThat(bench.verdict(alice)).isEqualTo(new Verdict(written, "callee"));
    }

    @Test
    void aTelephoneThatNobodyAnswersIsCanceledInTime() {
        FakeCall call = calls();
        SoftphoneCall ringing = ringing();

        ringing.expectCancel();
        ringing.expectAck();

        isRejected(call, "invite_timeout", "Nobody answered");
        assertThat(bench.verdict(alice)).isEqualTo(new Verdict("no-answer", "bridge"));
    }

    @Nested
    class WhenTheUserGivesUpWhileItRings {

        @Test
        void theTelephoneIsCanceled() {
            FakeCall call = calls();
            SoftphoneCall ringing = ringing();

            call.hangsUp();

            ringing.expectCancel();
            ringing.expectAck();
            assertThat(bench.verdict(alice)).isEqualTo(new Verdict("canceled", "caller"));
            assertThat(call.heard()).isEmpty();
        }

        @Test
        void anAnswerThatCrossesTheCancelIsHungUp() {
            FakeCall call = calls();
            SoftphoneCall ringing = bench.trunk.expectInvite(number);
            ringing.ignoreCancel();
            ringing.ring();

            call.hangsUp();
            ringing.respond(ringing.expectCancel(), 200);
            ringing.answer(bench.trunk.sdp(4_000));

            ringing.expectAck();
            ringing.expectBye();
            assertThat(bench.verdict(alice)).isEqualTo(new Verdict("canceled", "caller"));
            assertThat(call.heard()).isEmpty();
        }
    }

    @Test
    void aBrowserThatHasOnlyOpusIsRejectedAndNothingIsDialled() {
        FakeCall call = bench.calls(alice, number, opusOffer());

        isRejected(call, "unknown_error", "no sound format in common");
        assertThat(bench.verdict(alice)).isEqualTo(new Verdict("no-common-codec", "bridge"));
        isNeverDialled(number);
    }

    @Nested
    class WithoutTheRight {

        @Test
        void aPremiumNumberIsNotDialled() {
            String premium = "+499001234567";

            isRejected(bench.calls(alice, premium, silentOffer()), "unknown_error", "you have no right to");
            assertThat(bench.verdict(alice)).isEqualTo(new Verdict("not-allowed", "bridge"));
            isNeverDialled(premium);
        }

        @Test
        void anEmergencyNumberIsNotDialledAndSaysWhatToDo() {
            String room = alice.dm("@_sip_carrier.112:" + Bench.SERVER);

            isRejected(alice.calls(room, silentOffer()), "unknown_error", "Use a telephone");
            assertThat(bench.verdict(alice)).isEqualTo(new Verdict("emergency", "bridge"));
            isNeverDialled("112@");
        }

        @Test
        void aUserOfAnotherServerIsTurnedAwayAtTheDoor() {
            FakeUser mallory = bench.homeserver.user("@mallory:elsewhere.example");
            String room = mallory.opens(Bench.ghost(number));

            JsonNode leave = mallory.expect(
                    room,
                    event -> event.path("content")
                            .path("membership")
                            .asString("")
                            .equals("leave"));

            assertThat(leave.path("content").path("reason").asString("")).contains("may not use telephones");
            isNeverDialled(number);
        }

        @Test
        void aThirdCallAtOnceIsRejectedAndTheFirstTwoGoOn() {
            String second = newNumber();
            String third = newNumber();
            FakeCall one = calls();
            SoftphoneCall ringing = ringing();
            FakeCall two = bench.calls(alice, second, silentOffer());
            SoftphoneCall alsoRinging = bench.trunk.expectInvite(second);
            alsoRinging.ring();

            isRejected(bench.calls(alice, third, silentOffer()), "unknown_error", "too many calls at once");
            assertThat(bench.verdict(alice)).isEqualTo(new Verdict("overloaded", "bridge"));
            assertThat(bench.bridge.bean(CallRegistry.class).size()).isEqualTo(2);

            one.hangsUp();
            ringing.expectCancel();
            two.hangsUp();
            alsoRinging.expectCancel();
            isNeverDialled(third);
        }
    }

    @Test
    void manyCallsLeaveNothingBehind() {
        quickCall();
        bench.awaitNoCalls();
        int ports = MediaPorts.free(bench.bridge);
        int threads = Thread.getAllStackTraces().size();

        for (int call = 0; call < 20; call++) {
            quickCall();
        }

        bench.awaitNoCalls();
        await().atMost(PATIENCE).until(() -> MediaPorts.free(bench.bridge) == ports);
        assertThat(Thread.getAllStackTraces().size() - threads)
                .as("platform threads")
                .isLessThan(10);
    }

    private void quickCall() {
        String dialled = newNumber();
        FakeCall call = bench.calls(alice, dialled, silentOffer());
        SoftphoneCall ringing = bench.trunk.expectInvite(dialled);
        ringing.answer(bench.trunk.sdp(4_000));
        ringing.expectAck();
        JsonNode _ = call.expectAnswer();
        call.hangsUp();
        ringing.expectBye();
    }
}
