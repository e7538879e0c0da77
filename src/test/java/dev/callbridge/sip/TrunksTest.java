package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.callbridge.bridge.CallbridgeProperties.Dialplan;
import dev.callbridge.bridge.CallbridgeProperties.RouteRule;
import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.SettingException;
import dev.callbridge.dialplan.NumberPlan;
import dev.callbridge.dialplan.NumberStyle;
import dev.callbridge.sip.leg.EarlyMedia;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrunksTest {

    @ParameterizedTest
    @CsvSource({
        "sip.example.org, 'sip.example.org:5060, udp'",
        "192.0.2.1:5070, '192.0.2.1:5070, udp'",
        "sip:host.example;transport=tcp, 'host.example:5060, tcp'",
        "'sip:[::1]:5080;transport=TCP', '[::1]:5080, tcp'",
        "::1, '[::1]:5060, udp'"
    })
    void readsWhereAPeerIs(String written, String read) {
        assertThat(Peer.parse("x", written)).hasToString(read);
    }

    @ParameterizedTest
    @CsvSource({"sip:a;transport=smoke", "a b", "host:99999", "''", "host:0"})
    void saysWhatIsWrongWithAPeer(String written) {
        assertThatThrownBy(() -> trunks(settings(written, null, List.of()), "carrier"))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("callbridge.trunks.carrier.peer");
    }

    @ParameterizedTest
    @CsvSource({"198.51.100.0/40", "10.0.0.300", "bad host", "10.0.0.0/x"})
    void saysWhatIsWrongWithASource(String source) {
        assertThatThrownBy(() -> trunks(settings("127.0.0.1", null, List.of(source)), "carrier"))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("callbridge.trunks.carrier.sources");
    }

    /// Otherwise a registrar takes the one for the other, after a restart (RFC 5626 §4.1).
    @Test
    void tellsAccountsOfTwoBridgesApart() {
        assertThat(account("one.example").token())
                .isEqualTo(account("one.example").token())
                .isNotEqualTo(account("two.example").token());
    }

    private static Account account(String bridge) {
        var login = new TrunksProperties.Login("alice", "secret", null, null, null, null);
        return trunks(settings("127.0.0.1", login, List.of()), "carrier", bridge)
                .named("carrier")
                .orElseThrow()
                .accounts()
                .getFirst();
    }

    @Test
    void wantsEveryRouteToNameATrunk() {
        assertThatThrownBy(() -> trunks(settings("127.0.0.1", null, List.of()), "other"))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("\"other\"");
    }

    @ParameterizedTest
    @CsvSource({
        ", secret, login.user",
        "' ', secret, login.user",
        "alice, , login.password",
        "alice, '', login.password"
    })
    void wantsALoginToHaveUserAndPassword(@Nullable String user, @Nullable String password, String setting) {
        var login = new TrunksProperties.Login(user, password, null, null, null, null);

        assertThatThrownBy(() -> trunks(settings("127.0.0.1", login, List.of()), "carrier"))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("callbridge.trunks.carrier." + setting);
    }

    @ParameterizedTest
    @CsvSource({"-1, PCMA, max-calls", "0, PCMA, max-calls", "1, GSM, codecs"})
    void saysWhatIsWrongWithNumbersAndCodecs(int calls, String codec, String setting) {
        var settings = settings("127.0.0.1", null, List.of(), codec, calls, MediaProfile.Srtp.OFF);

        assertThatThrownBy(() -> trunks(settings, "carrier"))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("callbridge.trunks.carrier." + setting);
    }

    @Test
    void doesNotSendKeysInTheOpen() {
        assertThatThrownBy(() -> trunks(settings("sip.example", MediaProfile.Srtp.REQUIRED), "carrier"))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("callbridge.trunks.carrier.srtp");
        assertThat(trunks(settings("127.0.0.1:5070", MediaProfile.Srtp.REQUIRED), "carrier")
                        .all())
                .hasSize(1);
        assertThat(trunks(settings("sips:sip.example", MediaProfile.Srtp.REQUIRED), "carrier")
                        .all())
                .hasSize(1);
    }

    @Test
    void remembersANameThatCantBeLookedUpForAWhile() {
        var trunk = trunks(settings("sip.example", null, List.of("a.example", "b.example")), "carrier")
                .all()
                .getFirst();
        var one = InetAddress.ofLiteral("10.0.0.1");
        trunk.resolve(names(_ -> List.of(one)));

        trunk.resolve(names(name -> name.equals("b.example") ? List.of(InetAddress.ofLiteral("10.0.0.2")) : List.of()));

        assertThat(trunk.targets()).containsExactly(new Target(one, 5060, Transport.UDP));
        assertThat(trunk.mayCall(InetAddress.ofLiteral("10.0.0.1"))).isTrue();
        assertThat(trunk.mayCall(InetAddress.ofLiteral("10.0.0.2"))).isTrue();
    }

    @Test
    void neverPrintsAPassword() {
        var login = new TrunksProperties.Login("alice", "very-secret", null, null, null, null);
        var settings = settings("127.0.0.1", login, List.of());

        assertThat(new TrunksProperties(Map.of("carrier", settings)).toString())
                .contains("alice")
                .doesNotContain("very-secret");
        assertThat(new Credentials("alice", "very-secret", null).toString()).doesNotContain("very-secret");
    }

    @Test
    void knowsATrunkByItsSources() {
        var trunks = trunks(settings("127.0.0.1:5070", null, List.of("10.1.0.0/16", "fd00::/8")), "carrier");
        trunks.resolve();

        assertThat(trunks.from(InetAddress.ofLiteral("10.1.2.3"), 5060, "")).isPresent();
        assertThat(trunks.from(InetAddress.ofLiteral("10.2.2.3"), 5060, "")).isEmpty();
        assertThat(trunks.from(InetAddress.ofLiteral("fd12::1"), 5060, "")).isPresent();
        assertThat(trunks.mayCall(InetAddress.ofLiteral("127.0.0.1"))).isFalse();
        assertThat(trunks.isPeer(InetAddress.ofLiteral("127.0.0.1"))).isTrue();
    }

    static TrunksProperties.Settings settings(
            String peer, TrunksProperties.@Nullable Login login, List<String> sources) {
        return settings(peer, login, sources, "PCMA", 1, MediaProfile.Srtp.OFF);
    }

    static TrunksProperties.Settings settings(String peer, MediaProfile.Srtp srtp) {
        return settings(peer, null, List.of(), "PCMA", 1, srtp);
    }

    static TrunksProperties.Settings settings(
            String peer,
            TrunksProperties.@Nullable Login login,
            List<String> sources,
            String codec,
            int calls,
            MediaProfile.Srtp srtp) {
        return new TrunksProperties.Settings(
                peer,
                null,
                login,
                List.of(),
                false,
                Duration.ofMinutes(10),
                null,
                null,
                null,
                NumberStyle.E164,
                new TrunksProperties.Identity(
                        CallerId.From.NUMBER, NumberStyle.E164, Set.of(CallerId.Header.PAI), false),
                sources,
                List.of(codec),
                calls,
                Duration.ofSeconds(30),
                EarlyMedia.ON_ANSWER,
                Duration.ZERO,
                Dtmf.RFC4733,
                MediaProfile.SymmetricRtp.AUTO,
                srtp);
    }

    static Names names(Function<String, List<InetAddress>> addresses) {
        return new Names() {
            @Override
            public List<InetAddress> addresses(String host) {
                return addresses.apply(host);
            }

            @Override
            public List<Service> services(String name) {
                return List.of();
            }
        };
    }

    static Trunks trunks(TrunksProperties.Settings settings, String routed) {
        return trunks(settings, routed, "example.org");
    }

    static Trunks trunks(TrunksProperties.Settings settings, String routed, String bridge) {
        var dialplan = new Dialplan("DE", List.of(new RouteRule("+", routed)), Map.of());
        return new Trunks(
                new TrunksProperties(Map.of("carrier", settings)),
                bridge,
                dialplan,
                new NumberPlan("DE", List.of(), Map.of()),
                new DnsNames(null));
    }
}
