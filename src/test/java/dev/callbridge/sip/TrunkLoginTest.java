package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.DigestCheck;
import dev.callbridge.testkit.Softphone;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A trunk that asks who calls.
@Timeout(60)
class TrunkLoginTest {

    static final PhoneNumber BERLIN = new PhoneNumber(Rig.PHONE);

    final Softphone phone = new Softphone("127.0.0.2");
    final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
        phone.close();
    }

    @ParameterizedTest
    @CsvSource({"401, MD5", "407, SHA-256", "401, MD5-sess"})
    void answersChallengesOnInviteAndBye(int status, String algorithm) {
        rig.trunk("carrier", phone.hostPort(), "login.user=alice", "login.password=secret")
                .start();
        var alice = rig.dials(BERLIN);
        var call = phone.expectInvite();
        var first = call.invite();
        String asked = "realm=\"here\", nonce=\"abc\", qop=\"auth,auth-int\", algorithm=" + algorithm;
        call.challenge(status, asked);
        call.expectAck();

        var second = call.expect("INVITE");

        assertThat(second.header("CSeq")).isEqualTo("2 INVITE");
        assertThat(second.header("From")).isEqualTo(first.header("From"));
        String name = status == 407 ? "Proxy-Authorization" : "Authorization";
        DigestCheck.holds(second.header(name), "alice", "secret", "INVITE");
        assertThat(second.header(name)).contains("nc=00000001");
        call.answer(phone.sdp(4_000));
        assertThat(call.expectAck().header(name)).isEqualTo(second.header(name));
        alice.expect(LegCommand.Answer.class);
        alice.hangsUp();
        var bye = call.expect("BYE");
        String header = status == 407 ? "Proxy-Authenticate" : "WWW-Authenticate";
        call.respond(bye, status, header + ": Digest " + asked);
        var again = call.expectBye();

        assertThat(again.header("CSeq")).isEqualTo("4 BYE");
        DigestCheck.holds(again.header(name), "alice", "secret", "BYE");
        assertThat(again.header(name)).contains("nc=00000002");
        rig.journal.expectVerdict();
    }

    @Test
    void prefersTheStrongerAlgorithm() {
        rig.trunk("carrier", phone.hostPort(), "login.user=alice", "login.password=secret")
                .start();
        rig.dials(BERLIN);
        var call = phone.expectInvite();
        call.refuse(
                401,
                "WWW-Authenticate: Digest realm=\"here\", nonce=\"m\", algorithm=MD5, qop=\"auth\"",
                "WWW-Authenticate: Digest realm=\"here\", nonce=\"s\", algorithm=SHA-256, qop=\"auth\"");

        var second = call.expect("INVITE");

        DigestCheck.holds(second.header("Authorization"), "alice", "secret", "INVITE");
        assertThat(second.header("Authorization")).contains("SHA-256");
        call.refuse(403);
    }

    @Test
    void doesNotAskForEntranceTwice() {
        rig.trunk("carrier", phone.hostPort(), "login.user=alice", "login.password=wrong")
                .start();
        rig.dials(BERLIN);
        var call = phone.expectInvite();
        call.challenge(401, "realm=\"here\", nonce=\"abc\"");
        call.expect("INVITE");
        call.challenge(401, "realm=\"here\", nonce=\"def\"");

        assertThat(rig.journal.expectVerdict().end())
                .isEqualTo(new CallEnd(HangupCause.TRUNK_LOGIN_REFUSED, "carrier-401"));
    }

    @Test
    void keepsAPasswordFromTheRealmOfAnotherAccount() {
        rig.trunk(
                        "carrier",
                        phone.hostPort(),
                        "login.user=alice",
                        "login.password=secret",
                        "login.realm=one",
                        "accounts[0].user=office",
                        "accounts[0].password=geheim",
                        "accounts[0].realm=two",
                        "accounts[0].number=+4930901800")
                .start();
        rig.dials("@boss:example.org", BERLIN);

        phone.expectInvite().challenge(401, "realm=\"one\", nonce=\"abc\"");

        assertThat(rig.journal.expectVerdict().end().reason()).isEqualTo("carrier-401");
        assertThat(phone.received("INVITE")).hasSize(1);
    }

    /// RFC 3608 §6.1.
    @Test
    void callsThroughTheServerThatItsRegistrarNamed() {
        try (var other = new Softphone("127.0.0.3")) {
            rig.trunk("carrier", phone.hostPort(), "login.user=alice", "login.password=secret")
                    .start();
            var next = rig.trunks().find(Peer.parse("next", other.hostPort()));
            String route = "<sip:" + other.hostPort() + ";lr>";
            rig.trunk("carrier")
                    .accounts()
                    .getFirst()
                    .standing(new Account.Standing.Registered(List.of(route), next.orElseThrow()));
            var alice = rig.dials(BERLIN);

            var call = other.expectInvite();

            assertThat(call.invite().header("Route")).contains(other.hostPort());
            call.answer(other.sdp(4_000));
            call.expectAck();
            alice.expect(LegCommand.Answer.class);
            call.hangUp();
            call.expectStatus(200);
            assertThat(phone.received("INVITE")).isEmpty();
        }
    }

    @Test
    void keepsItsChannelWhileItAnswersAChallenge() {
        rig.trunk("carrier", phone.hostPort(), "max-calls=1", "login.user=alice", "login.password=secret")
                .start();
        List<Boolean> full = new CopyOnWriteArrayList<>();
        rig.dials(BERLIN);
        var call = phone.expectInvite();
        rig.journal.asked = () -> full.add(rig.trunk("carrier").isFull());
        call.challenge(401, "realm=\"here\", nonce=\"abc\"");

        call.expect("INVITE");

        assertThat(full).containsExactly(true);
        call.refuse(486);
        await().until(() -> !rig.trunk("carrier").isFull());
    }

    static final String[] TWO_ACCOUNTS = {
        "register=true",
        "login.user=alice",
        "login.password=secret",
        "accounts[0].user=office",
        "accounts[0].password=secret",
        "accounts[0].number=+4930901800"
    };

    static final String MOVED = ";received=127.0.0.9;rport=4711";

    @Test
    void registersAllAccountsAnewWhenACallShowsAnotherAddressOfOurs() {
        phone.answerRegister("");
        rig.trunk("carrier", phone.hostPort(), TWO_ACCOUNTS).start();
        await().until(() -> phone.received("REGISTER").size() == 2);
        rig.dials(BERLIN);

        var call = phone.expectInvite();
        call.ringSeeing(MOVED);

        await().untilAsserted(
                        () -> assertThat(registeredAt("127.0.0.9:4711")).containsExactlyInAnyOrder("alice", "office"));
        call.refuse(486);
    }

    /// The first of them learns it, and the second one is known there by then under an address that is none.
    @Test
    void registersTheOtherAccountsAnewWhenOneShowsAnotherAddressOfOurs() {
        phone.answerRegister(MOVED);
        rig.trunk("carrier", phone.hostPort(), TWO_ACCOUNTS).start();

        await().untilAsserted(
                        () -> assertThat(registeredAt("127.0.0.9:4711")).containsExactlyInAnyOrder("alice", "office"));
    }

    Set<String> registeredAt(String place) {
        return phone.received("REGISTER").stream()
                .filter(each -> each.header("Contact").contains("@" + place))
                .map(each -> each.header("To").replaceAll(".*sip:(.*)@.*", "$1"))
                .collect(Collectors.toSet());
    }
}
