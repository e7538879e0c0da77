package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.DigestCheck;
import dev.callbridge.testkit.SipMessage;
import dev.callbridge.testkit.Softphone;
import dev.callbridge.testkit.Softphone.Via;
import dev.callbridge.testkit.SoftphoneCall;
import gov.nist.javax.sip.SipStackImpl;
import java.time.Duration;
import java.util.Collection;
import javax.sip.Dialog;
import javax.sip.DialogState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Between INVITE and answer, on real sockets: reliable responses, early media, session timers.
@Timeout(60)
class EarlyDialogTest {

    static final PhoneNumber BERLIN = new PhoneNumber(Rig.PHONE);
    static final String CALLER = "<sip:+4930123456@carrier.example>";

    final Softphone phone = new Softphone("127.0.0.2");
    final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
        phone.close();
    }

    SoftphoneCall dialled(String... settings) {
        rig.trunk("carrier", phone.hostPort(), settings).start();
        alice = rig.dials(BERLIN);
        var call = phone.expectInvite();
        call.answerBye();
        return call;
    }

    Person alice = new Person();

    /// RFC 3262 §4, §5.
    @Test
    void acknowledgesReliableResponsesOnceAndInOrder() {
        var call = dialled();
        call.progress(183, phone.sdp(4_000), "Require: 100rel", "RSeq: 7");
        SipMessage prack = call.expect("PRACK");
        assertThat(prack.header("RAck")).isEqualTo("7 1 INVITE");
        call.respond(prack, 200);

        call.progress(183, phone.sdp(4_000), "Require: 100rel", "RSeq: 7");
        call.progress(180, null, "Require: 100rel", "RSeq: 9");
        call.progress(180, null, "Require: 100rel", "RSeq: 8");
        assertThat(call.expect("PRACK").header("RAck")).isEqualTo("8 1 INVITE");
        alice.expect(LegCommand.Ring.class);

        call.answer(null);
        call.expectAck();
        assertThat(rig.expect(MediaCommand.Match.class).answer().text()).contains("m=audio 4000");
        assertThat(phone.received("PRACK")).hasSize(2);
        alice.hangsUp();
    }

    @Test
    void answersAChallengeToItsAcknowledgmentOfAReliableResponse() {
        var call = dialled("login.user=alice", "login.password=secret");
        call.progress(183, phone.sdp(4_000), "Require: 100rel", "RSeq: 7");
        String asked = "Proxy-Authenticate: Digest realm=\"here\", nonce=\"n1\", algorithm=MD5, qop=\"auth\"";

        call.respond(call.expect("PRACK"), 407, asked);
        SipMessage again = call.expect("PRACK");

        DigestCheck.holds(again.header("Proxy-Authorization"), "alice", "secret", "PRACK");
        assertThat(again.header("RAck")).isEqualTo("7 1 INVITE");
        assertThat(again.header("CSeq")).isEqualTo("3 PRACK");
        call.respond(again, 200);
        call.answer(null);
        call.expectAck();
        alice.hangsUp();
        call.expect("BYE");
    }

    @Test
    void ringsReliablyWhereTheCallerInsists() {
        rig.trunk("carrier", phone.hostPort()).start();
        var call = phone.call(
                CALLER,
                Rig.ALICES_NUMBER,
                rig.address(),
                Via.UDP,
                phone.sdp(4_000),
                "Require: 100rel",
                "Supported: 100rel");
        SipMessage ringing = call.expectStatus(180);
        assertThat(ringing.header("Require")).isEqualTo("100rel");
        assertThat(call.expectStatus(180).header("RSeq")).isEqualTo(ringing.header("RSeq"));
        call.inDialog("PRACK", null, "RAck: " + ringing.header("RSeq") + " 1 INVITE");
        assertThat(call.expectStatus(200).method()).isEqualTo("PRACK");

        var person = rig.expectCalled();
        person.expect(LegCommand.Dial.class);
        person.says(new LegEvent.Answered(Rig.sdp(6_000)));
        assertThat(call.expectStatus(200).method()).isEqualTo("INVITE");
        call.ack();
        call.hangUp();
        call.expectStatus(200);
    }

    @Test
    void doesNotRingWhereThatWouldNeedAnOffer() {
        rig.trunk("carrier", phone.hostPort()).start();
        var call = phone.call(
                CALLER, Rig.ALICES_NUMBER, rig.address(), Via.UDP, null, "Require: 100rel", "Supported: 100rel");
        var person = rig.expectCalled();
        person.expect(LegCommand.Dial.class);
        person.says(new LegEvent.Answered(Rig.sdp(6_000)));

        assertThat(call.expectStatus(200).body()).contains("m=audio 4002");
        assertThat(phone.messages()).noneMatch(each -> each.startLine().startsWith("SIP/2.0 18"));
        call.ack(phone.sdp(4_000));
        assertThat(rig.expect(MediaCommand.Conclude.class).answer().text()).contains("m=audio 4000");
        call.hangUp();
        call.expectStatus(200);
    }

    @Test
    void offersInIts200WhereTheCallerDoesNot() {
        rig.trunk("carrier", phone.hostPort()).start();
        var call = phone.call(CALLER, Rig.ALICES_NUMBER, rig.address(), Via.UDP, null);
        call.answerBye();
        call.expectStatus(180);
        var person = rig.expectCalled();
        person.expect(LegCommand.Dial.class);
        person.says(new LegEvent.Answered(Rig.sdp(6_000)));
        call.expectStatus(200);

        call.ack();

        person.expect(LegCommand.End.class);
        assertThat(rig.journal.expectVerdict().end().reason()).isEqualTo("carrier-no-sdp");
    }

    @Test
    void letsTheCallerHearTheTrunkBeforeTheAnswer() {
        var call = dialled("early-media=on-inband");
        assertThat(call.invite().header("P-Early-Media")).isEqualTo("supported");
        call.progress(183, phone.sdp(4_000), "P-Early-Media: sendonly");
        alice.expect(LegCommand.Answer.class);
        assertThat(rig.expect(MediaCommand.Match.class))
                .matches(match -> match.early() && match.muted(), "early, and muted until the answer");

        call.refuse(404);

        alice.expect(LegCommand.End.class);
        assertThat(rig.journal.expectVerdict().end().cause()).isEqualTo(HangupCause.UNKNOWN_NUMBER);
    }

    @Test
    void concludesWithTheAnswerOfTheEarlyDialogThatWins() {
        var call = dialled("early-media=on-progress");
        call.progressAs("one", 183, phone.sdp(4_000));
        alice.expect(LegCommand.Answer.class);
        call.progressAs("two", 183, phone.sdp(4_002));
        assertThat(rig.expect(MediaCommand.Preview.class).preview().text()).contains("m=audio 4002");

        call.answerAs("two", phone.sdp(4_002));

        call.expectAck();
        assertThat(rig.expect(MediaCommand.Conclude.class).answer().text()).contains("m=audio 4002");
        alice.hangsUp();
        call.expect("BYE");
    }

    @Test
    void forgetsAllPhonesBehindAProxyThatRefuses() {
        var call = dialled();
        call.progressAs("one", 180, null);
        call.progressAs("two", 180, null);
        await().until(() -> dialogs().size() == 2);

        call.refuse(486);

        alice.expect(LegCommand.End.class);
        await().until(() -> dialogs().stream().allMatch(each -> DialogState.TERMINATED.equals(each.getState())));
    }

    private Collection<Dialog> dialogs() {
        return ((SipStackImpl) rig.host().points().getFirst().provider().getSipStack()).getDialogs();
    }

    /// RFC 4028 §7.
    @Test
    void asksForASessionTimerAndForALongerOneWhereTheTrunkWantsIt() {
        var call = dialled("session-expires=90s");
        assertThat(call.invite().header("Session-Expires")).isEqualTo("90");
        assertThat(call.invite().header("Min-SE")).isEqualTo("90");
        call.refuse(422, "Min-SE: 3600");

        assertThat(call.expect("ACK").header("CSeq")).isEqualTo("1 ACK");
        SipMessage again = call.expect("INVITE");
        assertThat(again.header("Session-Expires")).isEqualTo("3600");
        assertThat(again.header("Min-SE")).isEqualTo("3600");
        assertThat(again.header("CSeq")).isEqualTo("2 INVITE");
        call.answer(phone.sdp(4_000), "Session-Expires: 3600;refresher=uas", "Require: timer", "Allow: UPDATE");
        call.expectAck();

        call.inDialog("UPDATE", null, "Session-Expires: 3600;refresher=uac", "Supported: timer");
        SipMessage ok = call.expectStatus(200);
        assertThat(ok.header("Session-Expires")).isEqualTo("3600;refresher=uac");
        assertThat(ok.header("Require")).isEqualTo("timer");

        rig.outdated("callee");
        assertThat(call.expect("INVITE").header("Min-SE")).isEqualTo("3600");
        call.refuse(488);
        call.expectAck();
        alice.hangsUp();
    }

    @Test
    void saysNothingOfATimerThatItDoesNotWant() {
        var call = dialled("session-expires=0s");
        assertThat(call.invite().header("Session-Expires")).isEmpty();

        call.refuse(486);

        assertThat(rig.journal.expectVerdict().end()).isEqualTo(CallEnd.of(HangupCause.BUSY));
    }

    @Test
    void refreshesForACallerThatKnowsNothingOfTimers() {
        rig.trunk("carrier", phone.hostPort(), "session-expires=90s").start();
        var call = phone.call(CALLER, Rig.ALICES_NUMBER, rig.address(), Via.UDP, phone.sdp(4_000));
        var person = rig.expectCalled();
        person.expect(LegCommand.Dial.class);
        person.says(new LegEvent.Answered(Rig.sdp(6_000)));

        SipMessage ok = call.expectStatus(200);
        assertThat(ok.header("Session-Expires")).isEqualTo("90;refresher=uas");
        assertThat(ok.header("Require")).isEmpty();
        call.ack();
        call.hangUp();
        call.expectStatus(200);
    }

    @Test
    void refusesATimerThatIsTooShort() {
        rig.trunk("carrier", phone.hostPort()).start();
        var call = phone.call(
                CALLER,
                Rig.ALICES_NUMBER,
                rig.address(),
                Via.UDP,
                phone.sdp(4_000),
                "Supported: timer",
                "Session-Expires: 30");

        assertThat(call.expectStatus(422).header("Min-SE")).isEqualTo("90");
    }

    /// RFC 3311 §5.2: we owe an answer to the INVITE.
    @Test
    void takesNoOfferByUpdateBeforeItsAnswer() {
        rig.trunk("carrier", phone.hostPort()).start();
        var call = phone.call(CALLER, Rig.ALICES_NUMBER, rig.address(), Via.UDP, phone.sdp(4_000));
        call.expectStatus(180);
        call.inDialog("UPDATE", phone.sdp(4_002));
        assertThat(call.expectStatus(500).header("Retry-After")).isNotEmpty();

        call.cancel();

        await().atMost(Duration.ofSeconds(10)).until(() -> rig.registry().size() == 0);
    }
}
