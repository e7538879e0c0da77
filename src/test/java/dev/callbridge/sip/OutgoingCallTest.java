package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.dialplan.Extension;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.DigestCheck;
import dev.callbridge.testkit.Softphone;
import gov.nist.javax.sip.SipStackImpl;
import java.time.Duration;
import javax.sip.DialogState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class OutgoingCallTest {

    static final PhoneNumber BERLIN = new PhoneNumber(Rig.PHONE);

    final Softphone phone = new Softphone("127.0.0.2");
    final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
        phone.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp", "tcp"})
    void dialsRingsTalksAndHangsUp(String transport) {
        rig.trunk("carrier", "sip:" + phone.hostPort() + ";transport=" + transport, "caller-number=+4930901820")
                .start();
        var alice = rig.dials(BERLIN);

        var call = phone.expectInvite();
        assertThat(call.invite().requestUri()).isEqualTo("sip:+4930123456@" + phone.hostPort());
        assertThat(call.invite().header("From")).contains("<sip:+4930901820@127.0.0.1>");
        assertThat(call.invite().header("P-Asserted-Identity")).contains("<sip:+4930901820@127.0.0.1>");
        assertThat(call.invite().header("Supported")).isEqualTo("timer,100rel");
        assertThat(call.invite().body()).contains("m=audio 4000");
        call.ring();
        call.answer(phone.sdp(4_000));
        call.expectAck();
        alice.expect(LegCommand.Answer.class);
        alice.hangsUp();

        assertThat(call.expectBye().header("Reason")).contains("Q.850;cause=16");
        assertThat(rig.journal.expectVerdict().end()).isEqualTo(CallEnd.of(HangupCause.NORMAL));
        assertThat(rig.journal.intents).singleElement().asString().contains("\"requestUri\":\"sip:+4930123456@");
        assertThat(rig.journal.dialogs).singleElement().asString().contains(call.callId());
    }

    @Test
    void forgetsAnInviteThatCantBeSent() {
        rig.trunk("carrier", "sip:127.0.0.2:9;transport=tcp").start();
        rig.dials(BERLIN).expect(LegCommand.End.class);

        var stack = (SipStackImpl) rig.host().points().getFirst().provider().getSipStack();
        assertThat(stack.getDialogs()).allMatch(each -> DialogState.TERMINATED.equals(each.getState()));
    }

    @Test
    void answersAsTheAccountThatCalls() {
        rig.trunk(
                        "carrier",
                        phone.hostPort(),
                        "accounts[0].user=alice",
                        "accounts[0].password=secret",
                        "accounts[0].realm=here",
                        "accounts[1].user=bob",
                        "accounts[1].password=hidden",
                        "accounts[1].realm=there",
                        "accounts[1].number=+4930901800")
                .start();
        rig.dials("@boss:example.org", BERLIN);
        var call = phone.expectInvite();
        call.challenge(401, "realm=\"there\", nonce=\"abc\", qop=\"auth\"");

        DigestCheck.holds(call.expect("INVITE").header("Authorization"), "bob", "hidden", "INVITE");
    }

    @Test
    void endsWhenTheTelephoneHangsUp() {
        rig.trunk("carrier", phone.hostPort()).start();
        var alice = rig.dials(BERLIN);
        var call = phone.expectInvite();
        call.answer(phone.sdp(4_000));
        call.expectAck();
        alice.expect(LegCommand.Answer.class);

        call.hangUp();

        call.expectStatus(200);
        alice.expect(LegCommand.End.class);
    }

    @Test
    void callsAnExtensionByItsOwnNameAndShowsTheUsersOwnNumber() {
        rig.trunk("pbx", phone.hostPort()).start();
        rig.dials("@boss:example.org", new Extension("pbx", "2#1"));

        var call = phone.expectInvite();

        assertThat(call.invite().requestUri()).isEqualTo("sip:2%231@" + phone.hostPort());
        assertThat(call.invite().header("From")).contains("+4930901800");
        call.refuse(404);
    }

    @Test
    void cancelsWhenTheCallerGivesUpWhileItRings() {
        rig.trunk("carrier", phone.hostPort()).start();
        var alice = rig.dials(BERLIN);
        var call = phone.expectInvite();
        call.ring();
        alice.expect(LegCommand.Ring.class);

        alice.hangsUp();

        call.expectCancel();
        call.expectAck();
        rig.journal.expectVerdict();
        assertThat(phone.received("CANCEL")).hasSize(1);
    }

    @Test
    void sendsCancelOnlyAfterTheFirstSignOfTheFarEnd() {
        rig.trunk("carrier", phone.hostPort()).start();
        var alice = rig.dials(BERLIN);
        var call = phone.expectInvite();

        alice.hangsUp();
        assertThat(phone.isLeftAlone(Duration.ofMillis(300))).isTrue();
        assertThat(phone.received("CANCEL")).isEmpty();
        call.trying();

        call.expectCancel();
        rig.journal.expectVerdict();
    }

    @Test
    void hangsUpAnAnswerThatCrossedTheCancel() {
        rig.trunk("carrier", phone.hostPort()).start();
        var alice = rig.dials(BERLIN);
        var call = phone.expectInvite();
        call.ignoreCancel();
        call.ring();
        alice.expect(LegCommand.Ring.class);
        alice.hangsUp();

        call.respond(call.expectCancel(), 200);
        call.answer(phone.sdp(4_000));

        call.expectAck();
        call.expectBye();
        rig.journal.expectVerdict();
    }

    @Test
    void hangsUpTheSecondPhoneThatAnswers() {
        rig.trunk("carrier", phone.hostPort()).start();
        var alice = rig.dials(BERLIN);
        var call = phone.expectInvite();
        call.answerAs("one", phone.sdp(4_000));
        call.expectAck();
        call.answerUntilAcknowledged("two", phone.sdp(4_002));

        var bye = call.expectBye();

        assertThat(bye.header("To")).contains("two");
        alice.expect(LegCommand.Answer.class);
        alice.hangsUp();
        assertThat(call.expectBye().header("To")).contains("one");
    }

    @Test
    void acknowledgesARepeatedAnswerAgain() {
        rig.trunk("carrier", phone.hostPort()).start();
        var alice = rig.dials(BERLIN);
        var call = phone.expectInvite();
        call.answer(phone.sdp(4_000));
        call.expectAck();

        call.answer(phone.sdp(4_000));

        call.expectAck();
        alice.expect(LegCommand.Answer.class);
        call.answerBye();
    }

    @Test
    void keepsItsChannelWhenAForkedSecondDialogEnds() {
        rig.trunk("carrier", phone.hostPort(), "max-calls=1").start();
        var alice = rig.dials(BERLIN);
        var call = phone.expectInvite();
        call.answerAs("one", phone.sdp(4_000));
        call.expectAck();
        call.answerUntilAcknowledged("two", phone.sdp(4_002));
        call.expectBye();
        alice.expect(LegCommand.Answer.class);

        assertThat(phone.isLeftAlone(Duration.ofMillis(300))).isTrue();
        assertThat(rig.trunk("carrier").isFull()).isTrue();

        alice.hangsUp();
        call.expectBye();
        await().until(() -> !rig.trunk("carrier").isFull());
    }

    @Test
    void saysThatNothingWasDialledWhenNothingLeft() {
        var gone = new Softphone("127.0.0.3");
        String nobody = "sip:" + gone.hostPort() + ";transport=tcp";
        gone.close();
        rig.trunk("first", nobody).start();
        rig.dials(BERLIN);

        rig.journal.expectVerdict();

        assertThat(rig.journal.struck).hasSize(1);
    }

    @Test
    void dialsNothingThatCouldNotBeWrittenDown() {
        rig.journal.works = false;
        rig.trunk("carrier", phone.hostPort()).start();
        rig.dials(BERLIN);

        assertThat(rig.journal.expectVerdict().end()).isEqualTo(CallEnd.of(HangupCause.NOT_RECORDED));
        assertThat(phone.received("INVITE")).isEmpty();
    }

    @Test
    void hangsUpAnAnswerWithoutADescription() {
        rig.trunk("carrier", phone.hostPort()).start();
        rig.dials(BERLIN);
        var call = phone.expectInvite();
        call.answer(null);

        call.expectAck();
        call.expectBye();
        assertThat(rig.journal.expectVerdict().end().cause()).isEqualTo(HangupCause.MEDIA_FAILED);
    }

    @Test
    void placesNoMoreCallsThanTheTrunkMayHave() {
        rig.trunk("carrier", phone.hostPort(), "max-calls=1").start();
        rig.dials(BERLIN);
        var call = phone.expectInvite();
        call.ring();

        rig.dials("@boss:example.org", BERLIN);

        assertThat(rig.journal.expectVerdict().end()).isEqualTo(CallEnd.of(HangupCause.OVERLOADED));
        call.refuse(486);
        rig.journal.expectVerdict();
        rig.dials("@boss:example.org", BERLIN);
        phone.expectInvite().refuse(486);
    }

    @Test
    void tellsNobodyOnThisMachineThePublicAddress() {
        rig.set("sip.public-address", "203.0.113.5").trunk("carrier", phone.hostPort());
        rig.start();
        rig.dials(BERLIN);

        var call = phone.expectInvite();

        assertThat(call.invite().text()).doesNotContain("203.0.113.5");
        call.refuse(486);
    }

    @Test
    void callsOverIpv6() {
        try (var six = new Softphone("::1")) {
            rig.set("sip.listen", "127.0.0.1:0,[::1]:0")
                    .trunk("six", six.hostPort())
                    .start();
            var alice = rig.dials(BERLIN);
            var call = six.expectInvite();
            assertThat(call.invite().header("Contact")).contains("@[0:0:0:0:0:0:0:1]:");
            call.answer(six.sdp(4_000));
            call.expectAck();
            alice.expect(LegCommand.Answer.class);
            alice.hangsUp();

            call.expectBye();
        }
    }
}
