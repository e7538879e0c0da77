package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.call.LegCommand;
import dev.callbridge.dialplan.Extension;
import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.DigestCheck;
import dev.callbridge.testkit.SipMessage;
import dev.callbridge.testkit.Softphone;
import dev.callbridge.testkit.SoftphoneCall;
import dev.callbridge.testkit.UdpRelay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ByteArrayResource;

/// The examples of `docs/trunks.md` as they stand there, only with hosts and files of this machine. Kamailio has to be
/// installed.
@Timeout(90)
class TrunkExamplesIT {

    private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path directory;

    final Rig rig = new Rig();
    final Softphone phone = new Softphone("127.0.0.2");

    @AfterEach
    void close() {
        rig.close();
        phone.close();
    }

    /// @param replaced what stands for hosts and files of this machine
    void start(String trunk, Map<String, String> replaced) throws IOException {
        String example = BLOCK.matcher(Files.readString(Path.of("docs", "trunks.md")))
                .results()
                .map(MatchResult::group)
                .map(block -> block.substring("```yaml\n".length(), block.length() - 3))
                .filter(block -> block.contains("    " + trunk + ":\n"))
                .findFirst()
                .orElseThrow();
        for (var each : replaced.entrySet()) {
            assertThat(example).contains(each.getKey());
            example = example.replace(each.getKey(), each.getValue());
        }
        var yaml = new YamlPropertiesFactoryBean();
        yaml.setResources(new ByteArrayResource(example.getBytes(StandardCharsets.UTF_8)));
        var settings = new Properties();
        settings.putAll(Objects.requireNonNull(yaml.getObject()));
        rig.trunk(trunk, settings).start();
    }

    String secret() throws IOException {
        return Files.writeString(directory.resolve("secret"), "secret\n").toString();
    }

    SipMessage callsOut(Party callee) {
        var alice = rig.dials(callee);
        return talks(alice, phone.expectInvite());
    }

    /// @param user who may call, with the password `secret`
    SipMessage callsOutAs(String user, Party callee) {
        var alice = rig.dials(callee);
        var call = phone.expectInvite();
        call.challenge(401, "realm=\"pbx\", nonce=\"n1\", algorithm=MD5, qop=\"auth\"");
        call.expectAck();
        DigestCheck.holds(call.expect("INVITE").header("Authorization"), user, "secret", "INVITE");
        return talks(alice, call);
    }

    private SipMessage talks(Person alice, SoftphoneCall call) {
        call.answer(phone.sdp(4_000));
        alice.expect(LegCommand.Answer.class);
        call.expectAck();
        alice.hangsUp();
        call.expectBye();
        return call.invite();
    }

    @Test
    void registersWithAProviderThroughARouterAndCallsBothWays() throws IOException {
        int port;
        try (var free = new Softphone(Kamailio.HOST)) {
            port = free.port();
        }
        var router = InetAddress.ofLiteral("127.0.0.4");
        try (var kamailio = new Kamailio(directory, port, 0, phone.hostPort()).start();
                var nat = new UdpRelay(router, new InetSocketAddress(Kamailio.HOST, port))) {
            start(
                    "provider",
                    Map.of(
                            "peer: sip.provider.example",
                            "peer: 127.0.0.4:" + nat.port(),
                            "/run/secrets/provider",
                            secret()));
            await().untilAsserted(() -> assertThat(
                            rig.trunk("provider").accounts().getFirst().standing())
                    .isInstanceOf(Account.Standing.Registered.class));
            assertThat(kamailio.registered()).last().asString().contains("@127.0.0.4:");

            rig.dials(new PhoneNumber(Rig.PHONE));
            var invite = phone.expectInvite().invite();
            assertThat(invite.header("Contact")).contains("@127.0.0.4:");
            assertThat(((MediaProfile.PlainRtp) rig.profile("callee")).seen()).isEqualTo(router);

            phone.call(
                    "<sip:" + Rig.PHONE + "@" + phone.host() + ">",
                    "4930901820",
                    new InetSocketAddress(Kamailio.HOST, port),
                    Softphone.Via.UDP,
                    phone.sdp(4_000));
            rig.expectCalled().expect(LegCommand.Dial.class);
        }
    }

    @Test
    void callsACarrierThatKnowsOurAddressBothWays() throws IOException {
        start("carrier", Map.of("sbc.carrier.example:5060", phone.hostPort(), "198.51.100.0/24", "127.0.0.2/32"));

        var invite = callsOut(new PhoneNumber(Rig.PHONE));
        assertThat(invite.requestUri()).startsWith("sip:4930123456@");
        assertThat(invite.header("P-Asserted-Identity")).startsWith("<sip:+4930901820@");

        phone.call(
                "<sip:anybody@127.0.0.2>",
                "4930901820",
                rig.address(),
                Softphone.Via.UDP,
                phone.sdp(4_000),
                "P-Asserted-Identity: <sip:+4930222222@127.0.0.2>");
        assertThat(rig.expectCalled().expect(LegCommand.Dial.class).parties().caller())
                .isEqualTo(new PhoneNumber("+4930222222"));
    }

    @Test
    void callsATelephoneSystemBothWays() throws IOException {
        start("pbx", Map.of("pbx.example", phone.hostPort(), "/run/secrets/pbx", secret()));

        assertThat(callsOutAs("callbridge", new PhoneNumber(Rig.PHONE)).requestUri())
                .startsWith("sip:030123456@");
        assertThat(callsOutAs("callbridge", new Extension("pbx", "23")).requestUri())
                .startsWith("sip:23@");
        assertThat(((MediaProfile.PlainRtp) rig.profile("callee")).codecs().getFirst())
                .hasToString("G722");

        phone.call("<sip:23@127.0.0.2>", "1000", rig.address(), Softphone.Via.TCP, phone.sdp(4_000));
        assertThat(rig.expectCalled().expect(LegCommand.Dial.class).parties().caller())
                .isEqualTo(new Extension("pbx", "23"));
    }
}
