package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.Parties;
import dev.callbridge.dialplan.Anonymous;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.SipMessage;
import dev.callbridge.testkit.Softphone;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What telephones and trunks are told of who calls, and what we believe of it.
@Timeout(60)
class CallerIdTest {

    static final String[] LOGIN = {"login.user=acc1", "login.password=secret", "login.number=+4930901820"};

    final Softphone phone = new Softphone("127.0.0.2");
    final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
        phone.close();
    }

    void trunk(String... settings) {
        rig.trunk("carrier", phone.hostPort(), settings).start();
    }

    SipMessage invite(String user, boolean withheld, String number) {
        rig.dials(user, new Parties(new MatrixUser(user), new PhoneNumber(number), withheld));
        var call = phone.expectInvite();
        call.refuse(486);
        return call.invite();
    }

    static String[] with(String[] some, String... more) {
        return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray(String[]::new);
    }

    @Nested
    class WhenItCallsOut {

        @ParameterizedTest
        @CsvSource({
            "e164, +4930123456, +4930123456",
            "digits, +4930123456, 4930123456",
            "international-00, +4930123456, 004930123456",
            "national, +4930123456, 030123456",
            "national, +442079460123, 00442079460123",
        })
        void writesCalledNumbersAsTheTrunkWantsThem(String style, String number, String written) {
            trunk("numbers=" + style);

            var invite = invite(Rig.ALICE, false, number);
            assertThat(invite.requestUri()).isEqualTo("sip:" + written + "@" + phone.hostPort());
            assertThat(invite.header("To")).isEqualTo("<sip:" + written + "@" + phone.hostPort() + ">");
        }

        @Test
        void showsTheNumberInFromAndAssertsIt() {
            trunk(with(LOGIN, "identity.format=national"));

            var invite = invite(Rig.ALICE, false, "+4930123456");
            assertThat(invite.header("From")).startsWith("<sip:030901820@127.0.0.1>;tag=");
            assertThat(invite.header("P-Asserted-Identity")).isEqualTo("<sip:030901820@127.0.0.1>");
            assertThat(invite.headers("Privacy")).isEmpty();
        }

        @Test
        void showsTheAccountInFromWhereTheTrunkWantsThat() {
            trunk(with(LOGIN, "identity.from=account", "identity.headers=ppi,rpid"));

            var invite = invite(Rig.ALICE, false, "+4930123456");
            assertThat(invite.header("From")).startsWith("<sip:acc1@127.0.0.1>;tag=");
            assertThat(invite.header("P-Preferred-Identity")).isEqualTo("<sip:+4930901820@127.0.0.1>");
            assertThat(invite.header("Remote-Party-ID"))
                    .isEqualTo("<sip:+4930901820@127.0.0.1>;party=calling;screen=no;privacy=off");
            assertThat(invite.headers("P-Asserted-Identity")).isEmpty();
        }

        @Test
        void saysWhoseNumberPaysForAnotherOne() {
            trunk(with(LOGIN, "identity.headers=pai,diversion"));

            assertThat(invite("@boss:example.org", false, "+4930123456").header("Diversion"))
                    .isEqualTo("<sip:+4930901820@127.0.0.1>;reason=unconditional");
            assertThat(invite(Rig.ALICE, false, "+4930123456").headers("Diversion"))
                    .isEmpty();
        }

        @Test
        void withholdsTheNumberOfACallThatWantsThat() {
            trunk(with(LOGIN, "identity.headers=pai,ppi,rpid,diversion"));

            var invite = invite(Rig.ALICE, true, "+4930123456");
            assertThat(invite.header("From")).startsWith("\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=");
            assertThat(invite.header("Privacy")).isEqualTo("id");
            assertThat(invite.head()).doesNotContain("901820");
        }

        @Test
        void withholdsTheNumberThatPaysToo() {
            trunk(with(LOGIN, "identity.headers=diversion"));

            var invite = invite("@boss:example.org", true, "+4930123456");
            assertThat(invite.headers("Diversion")).isEmpty();
            assertThat(invite.head()).doesNotContain("901820");
        }

        @Test
        void asksATrustedTrunkToHideTheNumberThatPays() {
            trunk(with(LOGIN, "identity.trust=true", "identity.headers=diversion"));

            assertThat(invite("@boss:example.org", true, "+4930123456").header("Diversion"))
                    .isEqualTo("<sip:+4930901820@127.0.0.1>;reason=unconditional;privacy=full");
        }

        /// Whose number is hidden by default is decided where the call comes from: it can be shown for once.
        @Test
        void showsTheNumberOfAUserWhoWantsItShownForOnce() {
            trunk(LOGIN);

            assertThat(invite("@shy:example.org", false, "+4930123456").head()).contains("901820");
        }

        @Test
        void tellsATrustedTrunkWhomItHides() {
            trunk(with(LOGIN, "identity.trust=true", "identity.headers=pai,rpid"));

            var invite = invite(Rig.ALICE, true, "+4930123456");
            assertThat(invite.header("From")).doesNotContain("901820");
            assertThat(invite.header("Privacy")).isEqualTo("id");
            assertThat(invite.header("P-Asserted-Identity")).isEqualTo("<sip:+4930901820@127.0.0.1>");
            assertThat(invite.header("Remote-Party-ID")).endsWith(";privacy=full");
        }
    }

    @Nested
    class WhenItIsCalled {

        Party calledBy(String from, String... headers) {
            phone.call(from, Rig.ALICES_NUMBER, rig.address(), Softphone.Via.UDP, phone.sdp(4_000), headers);
            return rig.expectCalled()
                    .expect(dev.callbridge.call.LegCommand.Dial.class)
                    .parties()
                    .caller();
        }

        static final String FROM = "<sip:+4930111111@127.0.0.2>";
        static final String ASSERTED = "P-Asserted-Identity: <sip:+4930222222@127.0.0.2>";

        @Test
        void believesFromOnlyUnlessTheTrunkIsTrusted() {
            trunk();

            assertThat(calledBy(FROM, ASSERTED)).isEqualTo(new PhoneNumber("+4930111111"));
        }

        @Test
        void believesWhatATrustedTrunkAsserts() {
            trunk("identity.trust=true");

            assertThat(calledBy(FROM, ASSERTED)).isEqualTo(new PhoneNumber("+4930222222"));
            assertThat(calledBy(FROM, "Remote-Party-ID: \"x\" <sip:+4930333333@127.0.0.2>;party=calling"))
                    .isEqualTo(new PhoneNumber("+4930333333"));
            assertThat(calledBy(FROM)).isEqualTo(new PhoneNumber("+4930111111"));
        }

        @ParameterizedTest
        @CsvSource({
            "<sip:anonymous@anonymous.invalid>, X: 1",
            "\"Anonymous\" <sip:anonymous@provider.test>, X: 1",
            "<sip:+4930111111@127.0.0.2>, Privacy: id",
            "<sip:+4930111111@127.0.0.2>, Privacy: header;id",
            "<sip:+4930111111@127.0.0.2>, Remote-Party-ID: <sip:+4930111111@x>;privacy=full",
        })
        void knowsWhoHides(String from, String header) {
            trunk("identity.trust=true");

            assertThat(calledBy(from, header, ASSERTED)).isEqualTo(new Anonymous());
        }
    }

    @Test
    void escapesWhatIsNoNumber() {
        var account = new Account("x", new Credentials("a\r\nEvil: 1", "p", null), "a\r\nEvil: 1", null, false);
        var id = new CallerId(
                new dev.callbridge.dialplan.NumberPlan("DE", List.of(), java.util.Map.of()),
                dev.callbridge.dialplan.NumberStyle.E164,
                new TrunksProperties.Identity(
                        CallerId.From.ACCOUNT, dev.callbridge.dialplan.NumberStyle.E164, java.util.Set.of(), false));

        assertThat(id.from(new CallerId.Caller(null, null, account, false, "127.0.0.1")))
                .isEqualTo("<sip:aEvil%3A%201@127.0.0.1>");
    }
}
