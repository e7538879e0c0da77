package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.dialplan.Anonymous;
import dev.callbridge.dialplan.Extension;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.Softphone;
import dev.callbridge.testkit.Softphone.Via;
import dev.callbridge.testkit.SoftphoneCall;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class IncomingCallTest {

    static final String CALLER = "<sip:+4930123456@carrier.example>";

    final Softphone phone = new Softphone("127.0.0.2");
    final Rig rig = new Rig();

    @BeforeEach
    void start() {
        rig.trunk("carrier", phone.hostPort()).start();
    }

    @AfterEach
    void close() {
        rig.close();
        phone.close();
    }

    SoftphoneCall call(Via via, @Nullable String sdp, String... headers) {
        return phone.call(CALLER, Rig.ALICES_NUMBER, rig.address(), via, sdp, headers);
    }

    SoftphoneCall call() {
        return call(Via.UDP, phone.sdp(4_000));
    }

    @ParameterizedTest
    @EnumSource(Via.class)
    void ringsAtOnceTalksAndHangsUp(Via via) {
        var call = call(via, phone.sdp(4_000));
        call.expectStatus(180);
        var alice = rig.expectCalled();
        var dial = alice.expect(LegCommand.Dial.class);
        assertThat(dial.parties().caller()).isEqualTo(new PhoneNumber("+4930123456"));
        assertThat(rig.profile("caller")).isInstanceOf(MediaProfile.PlainRtp.class);

        alice.says(new LegEvent.Answered(Rig.sdp(6_000)));
        var ok = call.expectStatus(200);
        assertThat(ok.body()).contains("m=audio 4002");
        assertThat(ok.header("Content-Type")).isEqualTo("application/sdp");
        call.ack();
        call.hangUp();
        call.expectStatus(200);

        alice.expect(LegCommand.End.class);
        assertThat(rig.journal.expectVerdict().end()).isEqualTo(CallEnd.of(HangupCause.NORMAL));
        assertThat(rig.journal.dialogs).singleElement().asString().contains(call.callId());
    }

    @Test
    void hangsUpTheTelephoneWhenTheUserDoes() {
        var call = call();
        var alice = answered(call);
        call.ack();

        alice.hangsUp();

        assertThat(call.expectBye().header("Reason")).contains("Q.850;cause=16");
    }

    @Test
    void saysGoodbyeBeforeTheStackStops() {
        var call = call();
        answered(call);
        call.ack();
        org.awaitility.Awaitility.await().until(() -> !rig.journal.dialogs.isEmpty());

        Thread closing = Thread.startVirtualThread(rig::close);

        assertThat(call.expectBye().header("Reason")).contains("Q.850;cause=38");
        assertThat(rig.journal.expectVerdict().end()).isEqualTo(CallEnd.of(HangupCause.SHUTTING_DOWN));
        org.awaitility.Awaitility.await().until(() -> !closing.isAlive());
    }

    /// RFC 3261 §15: never BYE before the ACK.
    @Test
    void waitsForTheAckBeforeItHangsUp() {
        var call = call();
        var alice = answered(call);
        alice.hangsUp();
        assertThat(phone.isLeftAlone(Duration.ofMillis(400))).isTrue();
        assertThat(phone.received("BYE")).isEmpty();

        call.ack();

        call.expectBye();
    }

    @Test
    void hangsUpOnceItIsAcknowledgedThoughTheCallIsGone() {
        var call = call();
        var alice = answered(call);
        alice.breaksTheCall();
        rig.journal.expectVerdict();
        org.awaitility.Awaitility.await().until(() -> rig.registry().size() == 0);

        call.ack();

        call.expectBye();
    }

    @Test
    void refusesACallThatCouldNotBeOpenedOnceAndForgetsIt() {
        rig.mediaWorks = false;
        var call = call();

        call.expectStatus(500);
        assertThat(phone.isLeftAlone(Duration.ofMillis(300))).isTrue();
        assertThat(phone.messages())
                .filteredOn(each -> each.received() && !each.isRequest() && each.status() == 500)
                .hasSize(1);
    }

    @Test
    void doesNotRingWhereItRefusesAtOnce() {
        rig.closesForTheDay();
        var call = call();

        call.expectStatus(503);
        assertThat(phone.messages()).noneMatch(each -> each.received() && !each.isRequest() && each.status() == 180);
    }

    @ParameterizedTest
    @CsvSource({"'', CANCELED", "'Reason: SIP;cause=200;text=\"elsewhere\"', ANSWERED_ELSEWHERE"})
    void endsWhenTheCallerGivesUp(String reason, HangupCause cause) {
        var call = call();
        call.expectStatus(180);
        var alice = rig.expectCalled();
        alice.expect(LegCommand.Dial.class);

        if (reason.isEmpty()) {
            call.cancel();
        } else {
            call.cancel(reason);
        }

        call.expectStatus(200);
        call.expectStatus(487);
        assertThat(alice.expect(LegCommand.End.class).end().cause()).isEqualTo(cause);
    }

    @Test
    void doesNotCareForACancelThatCrossedItsAnswer() {
        var call = call();
        answered(call);

        call.cancel();
        call.expectStatus(200);
        call.ack();
        call.hangUp();

        call.expectStatus(200);
        rig.journal.expectVerdict();
    }

    @ParameterizedTest
    @CsvSource({"BUSY, 486", "REJECTED, 603", "NO_ANSWER, 480", "OVERLOADED, 503", "FAILED, 500"})
    void saysWhyNobodyAnswers(HangupCause cause, int status) {
        var call = call();
        var alice = rig.expectCalled();
        alice.expect(LegCommand.Dial.class);

        alice.says(new LegEvent.Ended(CallEnd.of(cause)));

        call.expectStatus(status);
    }

    @Test
    void letsNobodyWriteHeadersThroughAReason() {
        var call = call();
        var alice = rig.expectCalled();
        alice.expect(LegCommand.Dial.class);

        alice.says(new LegEvent.Ended(new CallEnd(HangupCause.BUSY, "busy\"\r\nEvil: 1\r\n")));

        var response = call.expectStatus(486);
        assertThat(response.header("Evil")).isEmpty();
        assertThat(response.header("Reason")).contains("Evil: 1");
    }

    @Test
    void knowsNothingOfANumberThatIsNotOurs() {
        var call = phone.call(CALLER, "+4930999", rig.address(), Via.UDP, phone.sdp(4_000));

        call.expectStatus(404);

        assertThat(rig.journal.expectVerdict().end()).isEqualTo(CallEnd.of(HangupCause.UNKNOWN_NUMBER));
    }

    @Test
    void readsACallerWhoHides() {
        phone.call("<sip:anonymous@anonymous.invalid>", "1000", rig.address(), Via.UDP, phone.sdp(4_000));
        assertThat(rig.expectCalled().expect(LegCommand.Dial.class).parties().caller())
                .isEqualTo(new Anonymous());

        phone.call(CALLER, "1000", rig.address(), Via.UDP, phone.sdp(4_000), "Privacy: id;critical");
        assertThat(rig.expectCalled().expect(LegCommand.Dial.class).parties().caller())
                .isEqualTo(new Anonymous());
    }

    @Test
    void readsACallerThatOnlyItsTrunkKnows() {
        phone.call(
                "\"Evil\r\n\" <sip:2%2301@pbx>".replace("\r\n", ""), "1000", rig.address(), Via.UDP, phone.sdp(4_000));

        assertThat(rig.expectCalled().expect(LegCommand.Dial.class).parties().caller())
                .isEqualTo(new Extension("carrier", "2#01"));
    }

    @ParameterizedTest
    @CsvSource({
        "'Max-Forwards: 0', 483",
        "'Require: precondition', 420",
        "'Content-Type: text/plain', 415",
        "'Content-Encoding: gzip', 415"
    })
    void refusesWhatItCantServe(String header, int status) {
        var response = call(Via.UDP, phone.sdp(4_000), header).expectStatus(status);

        if (status == 420) {
            assertThat(response.header("Unsupported")).isEqualTo("precondition");
        }
        assertThat(rig.called).isEmpty();
    }

    @Test
    void namesAllExtensionsThatItDoesNotHave() {
        var response = call(Via.UDP, phone.sdp(4_000), "Require: precondition, replaces")
                .expectStatus(420);

        assertThat(response.headers("Unsupported")).containsExactly("precondition,replaces");
    }

    @Test
    void warnsThatNoCodecIsCommon() {
        var call = call();
        var alice = rig.expectCalled();
        alice.expect(LegCommand.Dial.class);

        alice.says(new LegEvent.Ended(CallEnd.of(HangupCause.NO_COMMON_CODEC)));

        assertThat(call.expectStatus(488).header("Warning")).isEqualTo("305 callbridge \"Incompatible media format\"");
    }

    /// RFC 3261 §8.2.2.2.
    @Test
    void refusesTheSameCallThatComesByAnotherWay() {
        var call = call();
        call.expectStatus(180);

        call.repeatInvite(true);

        call.expectStatus(482);
    }

    @Test
    void makesOneCallOfARepeatedInvite() {
        var call = call();
        call.expectStatus(180);
        call.repeatInvite(false);
        call.expectStatus(180);

        assertThat(rig.called).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"BYE", "CANCEL", "OPTIONS"})
    void knowsNothingOfADialogThatNeverWas(String method) {
        String text = method + " sip:1000@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP " + phone.hostPort()
                + ";rport;branch=z9hG4bKstray\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=x\r\nTo: <sip:c@d>"
                + (method.equals("CANCEL") ? "" : ";tag=y")
                + "\r\nCall-ID: stray\r\nCSeq: 1 " + method + "\r\nContent-Length: 0\r\n\r\n";

        phone.send(text, rig.address(), Via.UDP);

        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(phone.messages())
                        .anyMatch(each -> each.received() && !each.isRequest() && each.status() == 481));
    }

    Person answered(SoftphoneCall call) {
        var alice = rig.expectCalled();
        alice.expect(LegCommand.Dial.class);
        alice.says(new LegEvent.Answered(Rig.sdp(6_000)));
        call.expectStatus(200);
        return alice;
    }
}
