package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.call.LegCommand;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.DigestCheck;
import dev.callbridge.testkit.SipMessage;
import dev.callbridge.testkit.Softphone;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls that change while they last, on real sockets: both roles.
@Timeout(60)
class RenegotiationTest extends TalkTrial {

    @ParameterizedTest
    @EnumSource(Role.class)
    void answersANewOffer(Role role) {
        var call = talk(role);

        call.reinvite(phone.sdp(4_004));
        SipMessage ok = call.expectStatus(200);
        assertThat(ok.body()).contains("m=audio 4002");
        assertThat(ok.header("Contact")).contains("127.0.0.1");
        assertThat(ok.header("Allow")).isNotEmpty();
        call.ack();
        assertThat(rig.expect(MediaCommand.Revise.class).offer().text()).contains("m=audio 4004");

        call.inDialog("UPDATE", phone.sdp(4_006));
        assertThat(call.expectStatus(200).body()).contains("m=audio 4002");
        alice.hangsUp();
        call.expectBye();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void passesOnWhoTheOtherSideIsFromNowOn(Role role) {
        var call = talk(role, "identity.trust=true");

        call.inDialog("UPDATE", null, "P-Asserted-Identity: <sip:+4930999999@carrier.example>");
        call.expectStatus(200);

        assertThat(alice.expect(LegCommand.Identify.class).who().party()).isEqualTo(new PhoneNumber("+4930999999"));
    }

    @Test
    void passesOnWhoAnsweredInsteadOfWhoWasCalled() {
        rig.trunk("carrier", phone.hostPort(), "identity.trust=true").start();
        alice = rig.dials(new PhoneNumber(Rig.PHONE));

        phone.expectInvite().answer(phone.sdp(4_000), "P-Asserted-Identity: <sip:+4930999999@carrier.example>");

        assertThat(alice.expect(LegCommand.Identify.class).who().party()).isEqualTo(new PhoneNumber("+4930999999"));
    }

    @Test
    void believesNoStrangerWhoTheOtherSideIs() {
        var call = talk(Role.WE);

        alice.asked.clear();
        call.inDialog("UPDATE", null, "P-Asserted-Identity: <sip:+4930999999@carrier.example>");
        call.expectStatus(200);
        call.hangUp();
        call.expectStatus(200);

        await().until(() -> !alice.asked.isEmpty());
        assertThat(alice.asked).first().isInstanceOf(LegCommand.End.class);
    }

    /// RFC 3261 §9.2.
    @ParameterizedTest
    @EnumSource(Role.class)
    void takesNoteOfACancelAndGoesOnWithTheChange(Role role) {
        var call = talk(role);
        rig.takesItsTime();
        call.reinvite(phone.sdp(4_004));
        rig.expect(MediaCommand.Revise.class);

        call.cancel();
        assertThat(call.expectStatus(200).method()).isEqualTo("CANCEL");

        rig.goesOn();
        assertThat(call.expectStatus(200).body()).contains("m=audio 4002");
        call.ack();
        call.hangUp();
        call.expectStatus(200);
    }

    @Test
    void knowsNothingOfAChangeThatNobodyAskedFor() {
        var call = talk(Role.THEY);

        call.inDialog("CANCEL", null);
        call.expectStatus(481);
    }

    /// RFC 3261 §13.3.1.4 goes for re-INVITE as well.
    @ParameterizedTest
    @EnumSource(Role.class)
    void repeatsItsAnswerUntilItIsAcknowledged(Role role) {
        var call = talk(role);

        call.reinvite(phone.sdp(4_004));
        call.expectStatus(200);
        call.expectStatus(200);
        call.ack();
        call.hangUp();
        call.expectStatus(200);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void offersWhereThePeerWantsIt(Role role) {
        var call = talk(role);

        call.reinvite(null);
        assertThat(call.expectStatus(200).body()).contains("m=audio 4000");
        call.ack(phone.sdp(4_008));

        assertThat(rig.expect(MediaCommand.Conclude.class).answer().text()).contains("m=audio 4008");
    }

    @Test
    void hangsUpWhereTheAckHasNoAnswer() {
        var call = talk(Role.THEY);

        call.reinvite(null);
        call.expectStatus(200);
        call.ack();

        call.expectBye();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void offersWhenThingsChange(Role role) {
        var call = talk(role);

        rig.outdated(role.leg);
        SipMessage reinvite = call.expect("INVITE");
        assertThat(reinvite.body()).contains("m=audio 4000");
        assertThat(reinvite.header("Contact")).contains("127.0.0.1");
        call.answer(phone.sdp(4_010));
        assertThat(call.expectAck().cseq()).isEqualTo(reinvite.cseq());
        assertThat(rig.expect(MediaCommand.Conclude.class).answer().text()).contains("m=audio 4010");

        call.answer(phone.sdp(4_010));
        assertThat(call.expectAck().cseq()).isEqualTo(reinvite.cseq());
        call.hangUp();
        call.expectStatus(200);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void staysInTheCallWhenItsOfferIsRefused(Role role) {
        var call = talk(role);

        rig.outdated(role.leg);
        call.expect("INVITE");
        call.refuse(488);
        call.expectAck();
        rig.expect(MediaCommand.Revert.class);

        alice.hangsUp();
        call.expectBye();
    }

    @Test
    void endsTheCallWhenThePeerKnowsNothingOfIt() {
        var call = talk(Role.WE);

        rig.outdated("callee");
        call.expect("INVITE");
        call.refuse(481);

        alice.expect(LegCommand.End.class);
        assertThat(rig.journal.expectVerdict().end().reason()).isEqualTo("carrier-481");
    }

    /// RFC 3261 §14.1: whoever owns the Call-ID waits longer.
    @ParameterizedTest
    @CsvSource({"WE, 2000, 4500", "THEY, 0, 2500"})
    void triesAgainAfterBothOfferedAtOnce(Role role, long least, long most) {
        var call = talk(role);

        rig.outdated(role.leg);
        call.expect("INVITE");
        call.reinvite(phone.sdp(4_012));
        call.expectStatus(491);
        call.refuse(491);
        long refused = System.nanoTime();
        SipMessage again = call.expect("INVITE");

        assertThat(Duration.ofNanos(again.nanos() - refused))
                .isBetween(Duration.ofMillis(least), Duration.ofMillis(most));
        call.answer(phone.sdp(4_012));
        call.expectAck();
    }

    @Test
    void triesAgainWhereItMayAtOnce() {
        var call = talk(Role.THEY);

        rig.outdated("caller");
        call.expect("INVITE");
        call.refuse(500, "Retry-After: 0");

        call.expect("INVITE");
    }

    @Test
    void answersAChallengeToItsOffer() {
        var call = talk(Role.WE, "login.user=alice", "login.password=secret");

        rig.outdated("callee");
        call.expect("INVITE");
        call.challenge(401, "realm=\"carrier\", nonce=\"n1\", algorithm=MD5, qop=\"auth\"");
        SipMessage again = call.expect("INVITE");

        DigestCheck.holds(again.header("Authorization"), "alice", "secret", "INVITE");
        call.answer(phone.sdp(4_000));
        call.expectAck();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void answersAChallengeAsTheAccountThatWasCalled(boolean byContact) {
        rig.trunk(
                        "carrier",
                        phone.hostPort(),
                        "login.user=alice",
                        "login.password=secret",
                        "login.number=+4930901899",
                        "accounts[0].user=office",
                        "accounts[0].password=geheim",
                        "accounts[0].number=" + Rig.ALICES_NUMBER)
                .start();
        String office = rig.trunk("carrier").accounts().get(1).token();
        var call = answered(byContact ? office : Rig.ALICES_NUMBER);

        rig.outdated("caller");
        call.expect("INVITE");
        call.challenge(401, "realm=\"carrier\", nonce=\"n1\", algorithm=MD5, qop=\"auth\"");

        DigestCheck.holds(call.expect("INVITE").header("Authorization"), "office", "geheim", "INVITE");
    }

    /// The peer's Contact is where requests go (RFC 3261 §12.2.1.2).
    @ParameterizedTest
    @EnumSource(Role.class)
    void followsThePeerThatMoves(Role role) {
        var call = talk(role);
        try (var other = new Softphone("127.0.0.3")) {
            call.reinvite(phone.sdp(4_004), "Contact: <sip:moved@" + other.hostPort() + ">");
            call.expectStatus(200);
            call.ack();
            await().untilAsserted(() -> assertThat(rig.journal.dialogs).anyMatch(each -> each.contains("sip:moved@")));

            alice.hangsUp();

            await().untilAsserted(() -> assertThat(other.received("BYE")).isNotEmpty());
        }
    }

    /// RFC 3261 §8.1.3.1: as if it had been answered with 503.
    @Test
    void keepsTheCallWhenAnOfferCantBeSent() {
        rig.trunk("carrier", "sip:" + phone.hostPort() + ";transport=tcp").start();
        alice = rig.dials(new PhoneNumber(Rig.PHONE));
        var call = phone.expectInvite();
        call.answer(phone.sdp(4_000));
        call.expectAck();
        alice.expect(LegCommand.Answer.class);
        phone.close();
        // Until that is noticed, what is sent is lost without an error.
        String stack = rig.host().points().getFirst().provider().getSipStack().getStackName();
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .noneMatch(name -> name.startsWith(stack) && name.contains("TCPMessageChannel")));

        rig.outdated("callee");

        rig.expect(MediaCommand.Revert.class);
        assertThat(rig.registry().size()).isEqualTo(1);
    }
}
