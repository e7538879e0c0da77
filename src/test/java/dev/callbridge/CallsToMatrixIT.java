package dev.callbridge;

import static dev.callbridge.Bench.newNumber;
import static dev.callbridge.Bench.sdp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.Bench.Line;
import dev.callbridge.Bench.Verdict;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.testkit.FakeCall;
import dev.callbridge.testkit.SoftphoneCall;
import dev.callbridge.testkit.TestDatabase;
import dev.callbridge.testkit.WebRtcPeer;
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
import tools.jackson.databind.json.JsonMapper;

/// A telephone calls a Matrix user, through all of the bridge.
@Timeout(120)
class CallsToMatrixIT {

    /// An old gateway that saves bandwidth.
    private static final String G729 = """
            v=0
            o=phone 1 1 IN IP4 127.0.0.1
            s=-
            c=IN IP4 127.0.0.1
            t=0 0
            m=audio 4000 RTP/AVP 18
            a=rtpmap:18 G729/8000
            """.replace("\n", "\r\n");

    @TempDir
    private static Path directory;

    private static Bench bench;

    private Line bob;
    private final String caller = newNumber();

    @BeforeAll
    static void start() {
        bench = new Bench(directory, new TestDatabase(), bridge -> bridge.with("callbridge.matrix.ring-timeout", "8s"));
    }

    @BeforeEach
    void meet() {
        bob = bench.newLine();
    }

    @AfterAll
    static void stop() {
        bench.close();
    }

    private SoftphoneCall dials() {
        return bench.dials(caller, bob, bench.trunk.sdp(4_000));
    }

    @Nested
    class WhileTheUserRings {

        private String room;
        private SoftphoneCall call;
        private FakeCall ringing;

        @BeforeEach
        void dial() {
            room = bench.knows(bob.user(), caller);
            call = dials();
            ringing = bob.user().expectCall();
        }

        @Test
        void aCallerWhoGivesUpLeavesAMissedCall() {
            call.expectStatus(180);

            call.cancel();

            call.expectStatus(200);
            call.expectStatus(487);
            assertThat(ringing.expectHangup().path("reason").asString("")).isEqualTo("user_hangup");
            assertThat(bob.user().expectNotice(room, "Missed call from")).contains("+49 30 1234");
            assertThat(bench.verdict(bob.user())).isEqualTo(new Verdict("canceled", "caller"));
        }

        @ParameterizedTest
        @CsvSource({"user_hangup, 603, rejected, 21", "user_busy, 486, busy, 17"})
        void theUsersRejectIsTheTelephonesRefusal(String reason, int status, String written, int q850) {
            var content = JsonMapper.shared()
                    .createObjectNode()
                    .put("call_id", ringing.callId())
                    .put("party_id", "BOBSPHONE")
                    .put("version", "1")
                    .put("reason", reason);
            String _ = bob.user().sends(room, "m.call.reject", content, 0, true);

            assertThat(call.expectStatus(status).header("Reason")).contains("Q.850;cause=" + q850);
            assertThat(bench.verdict(bob.user())).isEqualTo(new Verdict(written, "callee"));
        }

        @Test
        void nobodyAnswersAndTheTelephoneIsTold() {
            call.expectStatus(480);

            assertThat(ringing.expectHangup().path("reason").asString("")).isEqualTo("invite_timeout");
            String _ = bob.user().expectNotice(room, "Missed call from");
            assertThat(bench.verdict(bob.user())).isEqualTo(new Verdict("no-answer", "bridge"));
        }
    }

    /// Whoever calls shall not hear a pickup and then nothing. A network that lets no UDP through leaves TCP only.
    @Test
    void anAnswerWithoutSoundIsNoAnswerForTheTelephone() {
        String overTcp = "a=candidate:1 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active\r\n";
        String room = bench.knows(bob.user(), caller);
        SoftphoneCall call = dials();
        FakeCall ringing = bob.user().expectCall();

        ringing.answers(Bench.silentAnswer().replaceFirst("a=ice-ufrag:", overTcp + "$0"));

        assertThat(call.expectStatus(480).header("Reason")).contains("Q.850;cause=41");
        assertThat(ringing.expectHangup().path("reason").asString("")).isEqualTo("ice_failed");
        String _ = bob.user().expectNotice(room, "No sound came through");
        assertThat(bench.verdict(bob.user())).isEqualTo(new Verdict("media-failed", "bridge"));
    }

    @Test
    void theFirstOfTwoDevicesThatAnswerIsChosenAndTalks() {
        String _ = bench.knows(bob.user(), caller);
        try (var phone = Bench.rtp(AudioCodec.PCMA);
                var browser = new WebRtcPeer(Bench.BROWSER);
                var late = new WebRtcPeer(Bench.BROWSER)) {
            SoftphoneCall call = bench.dials(caller, bob, phone.description());
            FakeCall first = bob.user().expectCall();
            FakeCall second = first.on("SECONDDEVICE");
            String offer = sdp(first.expectInvite(), "offer");
            String answer = browser.answer(offer);
            String lateAnswer = late.answer(offer);

            first.answers(answer);
            second.answers(lateAnswer);

            JsonNode select = first.expect("m.call.select_answer");
            assertThat(select.path("selected_party_id").asString("")).isEqualTo("ALICEPHONE");
            phone.talkTo(call.expectStatus(200).body());
            call.ack();
            Bench.bothHearEachOther(browser, phone);
            second.hangsUp();
            first.hangsUp();
            call.expectBye();
            assertThat(first.heard()).containsOnlyOnce("m.call.select_answer");
            assertThat(bench.verdict(bob.user())).isEqualTo(new Verdict("hangup", "callee"));
        }
    }

    @Test
    void aTrunkThatHasOnlyG729IsRefusedAndNobodyRings() {
        String _ = bench.knows(bob.user(), caller);
        SoftphoneCall call = bench.dials(caller, bob, G729);

        call.expectStatus(488);

        assertThat(bench.verdict(bob.user())).isEqualTo(new Verdict("no-common-codec", "bridge"));
        assertThat(bob.user().wasCalled()).isFalse();
    }

    @Test
    void aNumberThatBelongsToNobodyIsUnknown() {
        SoftphoneCall call = bench.dials(caller, "+4930901999", bench.trunk.sdp(4_000));

        call.expectStatus(404);

        assertThat(bench.verdict("tel:" + caller).reason()).isEqualTo("unknown-number");
    }

    @Test
    void aUserWhoHasJoinedNoRoomIsNotReachableAndFindsANote() {
        SoftphoneCall call = dials();

        assertThat(call.expectStatus(480).header("Reason")).contains("Q.850;cause=20");

        String room = bob.user().expectRoomWith(Bench.ghost(caller));
        String _ = bob.user().expectNotice(room, "Missed call from");
        assertThat(bench.verdict(bob.user())).isEqualTo(new Verdict("no-joined-room", "callee"));
        assertThat(bob.user().wasCalled()).isFalse();
    }
}
