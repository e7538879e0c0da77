package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.call.Identity;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.Parties;
import dev.callbridge.dialplan.Extension;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.DigestCheck;
import dev.callbridge.testkit.SipMessage;
import dev.callbridge.testkit.Softphone;
import dev.callbridge.testkit.Softphone.Via;
import dev.callbridge.testkit.SoftphoneCall;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a telephone sees when somebody else takes over on the Matrix side, on real sockets.
@Timeout(60)
class IntroductionTest {

    static final String OWN = "caller-number=+4930901820";
    static final String BOSS = "@boss:example.org";

    final Softphone phone = new Softphone("127.0.0.2");
    final Rig rig = new Rig();
    Person alice = new Person();

    @AfterEach
    void close() {
        rig.close();
        phone.close();
    }

    /// A call that Alice made, and that is up.
    SoftphoneCall called(boolean withheld, String... settings) {
        rig.trunk("carrier", phone.hostPort(), settings).start();
        alice = rig.dials(Rig.ALICE, new Parties(new MatrixUser(Rig.ALICE), new PhoneNumber(Rig.PHONE), withheld));
        var call = phone.expectInvite();
        call.answer(phone.sdp(4_000), "Allow: INVITE, ACK, BYE, CANCEL, UPDATE");
        call.expectAck();
        call.answerBye();
        alice.expect(LegCommand.Answer.class);
        await().until(() -> !rig.journal.dialogs.isEmpty());
        return call;
    }

    /// A call to `user` that is up.
    SoftphoneCall calling(String user, String... settings) {
        rig.trunk("carrier", phone.hostPort(), settings).start();
        String from = "<sip:+4930123456@carrier.example>";
        var call = phone.call(
                from, user, rig.address(), Via.UDP, phone.sdp(4_000), "Allow: INVITE, ACK, BYE, CANCEL, UPDATE");
        alice = rig.expectCalled();
        alice.expect(LegCommand.Dial.class);
        alice.says(new LegEvent.Answered(Rig.sdp(6_000)));
        call.expectStatus(200);
        call.ack();
        call.answerBye();
        await().until(() -> !rig.journal.dialogs.isEmpty());
        return call;
    }

    void says(String user, String name) {
        says(new MatrixUser(user), name);
    }

    void says(Party party, String name) {
        alice.says(new LegEvent.Identified(new Identity(party, name)));
    }

    /// The next request is a BYE: nothing was told before it.
    void isToldNothing(SoftphoneCall call) {
        alice.hangsUp();
        call.expect("BYE");
        assertThat(phone.received("UPDATE")).isEmpty();
    }

    SipMessage update(SoftphoneCall call) {
        SipMessage update = call.expect("UPDATE");
        call.respond(update, 200);
        assertThat(update.body()).isEmpty();
        assertThat(update.header("Contact")).isNotEmpty();
        return update;
    }

    @Test
    void aCalledTelephoneSeesTheNumberThatTheSettingsGiveToWhoTakesOver() {
        var call = called(false, OWN, "identity.headers=pai,rpid,ppi");

        says(BOSS, "Die Chefin Özil");

        SipMessage update = update(call);
        String boss = "\"Die Chefin Özil\" <sip:+4930901800@127.0.0.1>";
        assertThat(update.header("P-Asserted-Identity")).isEqualTo(boss);
        assertThat(update.header("P-Preferred-Identity")).isEqualTo(boss);
        assertThat(update.header("Remote-Party-ID")).isEqualTo(boss + ";party=calling;screen=no;privacy=off");
        assertThat(update.header("From")).startsWith("<sip:+4930901820@127.0.0.1>");

        says(BOSS, "Die Chefin Özil");
        says(Rig.ALICE, "");
        assertThat(update(call).header("P-Asserted-Identity")).isEqualTo("<sip:+4930901820@127.0.0.1>");
        assertThat(phone.received("UPDATE")).hasSize(2);
        alice.hangsUp();
        call.expect("BYE");
    }

    @Test
    void aTelephoneThatCallsSeesWhoReallyAnswered() {
        var call = calling(Rig.ALICES_NUMBER, OWN, "identity.headers=pai,rpid");

        says(BOSS, "The boss");

        SipMessage update = update(call);
        assertThat(update.header("P-Asserted-Identity")).isEqualTo("\"The boss\" <sip:+4930901800@127.0.0.1>");
        assertThat(update.header("Remote-Party-ID")).contains(";party=called;");
    }

    @Test
    void anExtensionStaysAnExtension() {
        var call = calling("1000");

        says(Rig.ALICE, "Alice");

        assertThat(update(call).header("P-Asserted-Identity")).isEqualTo("\"Alice\" <sip:1000@127.0.0.1>");
    }

    /// Nobody else's word changes the number: not that of users whom no right knows, not a client's about users of
    /// another homeserver, and never a number itself.
    @ParameterizedTest
    @ValueSource(strings = {"@stranger:elsewhere.test", "@boss:elsewhere.test", "nonsense", "*"})
    void aNumberIsNotTakenFromAClient(String user) {
        var call = called(false, OWN);

        says(user, "Somebody");

        assertThat(update(call).header("P-Asserted-Identity")).isEqualTo("\"Somebody\" <sip:+4930901820@127.0.0.1>");
    }

    @Test
    void aNumberThatAClientNamesIsNotShown() {
        var call = called(false, OWN);

        says(new PhoneNumber("+4930110110"), "A transfer");
        assertThat(update(call).header("P-Asserted-Identity")).isEqualTo("\"A transfer\" <sip:+4930901820@127.0.0.1>");
        says(new Extension("carrier", "110"), "+49 30 110 110");

        assertThat(update(call).header("P-Asserted-Identity")).isEqualTo("<sip:+4930901820@127.0.0.1>");
    }

    @Test
    void aNameIsCleanedAndCut() {
        var call = called(false, OWN);

        says(Rig.ALICE, " Al\r\nEvil: 1\u202E\"\\" + "x".repeat(100));

        SipMessage update = update(call);
        assertThat(update.header("P-Asserted-Identity"))
                .startsWith("\"AlEvil: 1\\\"\\\\xxx")
                .endsWith("x\" <sip:+4930901820@127.0.0.1>")
                .hasSizeLessThan(64 + 40);
        assertThat(update.headers("Evil")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"true, @boss:example.org", "true, @alice:example.org", "false, @shy:example.org"})
    void nothingIsToldOfWhomTheTelephoneMustNotKnow(boolean withheld, String user) {
        var call = called(withheld, OWN, "identity.trust=true");

        says(user, "Name");

        isToldNothing(call);
    }

    @Test
    void nothingIsToldWhereTheTrunkWantsNoHeader() {
        var call = called(false, OWN, "identity.headers=diversion");

        says(BOSS, "The boss");

        isToldNothing(call);
    }

    @Test
    void nothingIsToldWithoutNews() {
        var call = called(false, OWN);

        says(Rig.ALICE, "");

        isToldNothing(call);
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 481, 408, 500})
    void theCallOutlivesARefusal(int status) {
        var call = called(false, OWN);

        says(BOSS, "The boss");
        call.respond(call.expect("UPDATE"), status);
        says(BOSS, "The boss herself");

        assertThat(update(call).header("P-Asserted-Identity")).contains("The boss herself");
        alice.hangsUp();
        call.expect("BYE");
    }

    @Test
    void aChallengeIsAnswered() {
        var call = called(false, OWN, "login.user=alice", "login.password=secret");

        says(BOSS, "The boss");
        call.respond(
                call.expect("UPDATE"),
                401,
                "WWW-Authenticate: Digest realm=\"carrier\", nonce=\"n1\", algorithm=MD5, qop=\"auth\"");

        SipMessage again = update(call);
        DigestCheck.holds(again.header("Authorization"), "alice", "secret", "UPDATE");
        assertThat(again.header("P-Asserted-Identity")).contains("The boss");
    }

    @Test
    void theSessionTimerGoesOn() {
        rig.trunk("carrier", phone.hostPort(), OWN).start();
        alice = rig.dials(new PhoneNumber(Rig.PHONE));
        var call = phone.expectInvite();
        call.answer(
                phone.sdp(4_000), "Allow: INVITE, UPDATE", "Session-Expires: 1800;refresher=uas", "Supported: timer");
        call.expectAck();
        call.answerBye();

        says(BOSS, "The boss");

        assertThat(update(call).header("Session-Expires")).isEqualTo("1800;refresher=uas");
    }
}
