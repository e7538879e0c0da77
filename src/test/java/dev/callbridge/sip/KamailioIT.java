package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.Certificates;
import dev.callbridge.testkit.Softphone;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Registration with Kamailio, and calls through it in both directions. Kamailio has to be installed.
@Timeout(120)
class KamailioIT {

    @TempDir
    Path directory;

    final Certificates authority = new Certificates();
    final Rig rig = new Rig();
    final Softphone phone = new Softphone("127.0.0.2");
    final List<Kamailio> started = new ArrayList<>();

    @AfterEach
    void close() {
        rig.close();
        phone.close();
        started.forEach(Kamailio::close);
    }

    /// @param options as those of [Kamailio]; `WITHTLS` brings a certificate for its address along
    Kamailio kamailio(String... options) {
        if (List.of(options).contains("WITHTLS") && !java.nio.file.Files.exists(directory.resolve("cert.pem"))) {
            authority.write(directory, "provider.test", "ip:" + Kamailio.HOST);
        }
        int port;
        try (var free = new Softphone(Kamailio.HOST)) {
            port = free.port();
        }
        int tlsPort;
        try (var free = new Softphone(Kamailio.HOST)) {
            tlsPort = free.port();
        }
        var kamailio = new Kamailio(directory, port, tlsPort, phone.hostPort(), options);
        started.add(kamailio);
        return kamailio.start();
    }

    Rig registers(Kamailio kamailio, String transport, String... more) {
        int port = transport.equals("tls") ? kamailio.tlsPort() : kamailio.port();
        String peer = "sip:" + Kamailio.HOST + ":" + port + ";transport=" + transport;
        rig.trunk("provider", peer, "register=true", "probe=1s");
        rig.set("trunks.provider.login.user", "alice");
        rig.set("trunks.provider.login.password", "secret");
        rig.set("trunks.provider.login.number", Rig.ALICES_NUMBER);
        for (String line : more) {
            String[] parts = line.split("=", 2);
            rig.set("trunks.provider." + parts[0], parts[1]);
        }
        return rig;
    }

    Account.Standing standing() {
        return rig.trunk("provider").accounts().getFirst().standing();
    }

    void awaitRegistered() {
        await().untilAsserted(() -> assertThat(standing()).isInstanceOf(Account.Standing.Registered.class));
    }

    void callsOut() {
        var alice = rig.dials(new PhoneNumber("+4930123456"));
        var call = phone.expectInvite();
        call.answer(phone.sdp(4_000));
        alice.expect(LegCommand.Answer.class);
        call.expectAck();
        alice.hangsUp();
        call.expectBye();
    }

    @ParameterizedTest
    @CsvSource({"udp, MD5", "udp, SHA256", "tcp, MD5", "tcp, SHA256"})
    void registersAndCallsOut(String transport, String algorithm) {
        registers(kamailio(algorithm), transport).start();
        awaitRegistered();
        assertThat(standing())
                .isEqualTo(new Account.Standing.Registered(
                        List.of("<sip:127.0.0.3:" + started.getFirst().port() + ";lr;transport=" + transport + ">"),
                        null));
        assertThat(rig.endpoint().lines()).anyMatch(line -> line.endsWith("up, registered"));

        callsOut();
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp", "tcp"})
    void isCalledAtTheContactItRegistered(String transport) {
        Kamailio kamailio = kamailio();
        registers(kamailio, transport).start();
        awaitRegistered();

        isCalled(kamailio);
    }

    void isCalled(Kamailio kamailio) {
        var call = phone.call(
                "<sip:" + Rig.PHONE + "@" + phone.host() + ">",
                "alice",
                new InetSocketAddress(Kamailio.HOST, kamailio.port()),
                Softphone.Via.UDP,
                phone.sdp(4_000));
        var alice = rig.expectCalled();
        alice.expect(LegCommand.Dial.class);
        alice.says(new LegEvent.Answered(Rig.sdp(6_000)));
        call.expectStatus(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MD5", "SHA256"})
    void registersByTlsWithoutACertificateOfItsOwnAndCallsOut(String algorithm) {
        Kamailio kamailio = kamailio("WITHTLS", algorithm);
        registers(kamailio, "tls", "ca-file=" + directory.resolve("ca.pem")).start();
        awaitRegistered();
        assertThat(kamailio.registered()).allMatch(line -> line.contains(" by tls "));

        callsOut();
    }

    @Test
    void isCalledThroughTheTlsConnectionItMade() {
        Kamailio kamailio = kamailio("WITHTLS");
        registers(kamailio, "tls", "ca-file=" + directory.resolve("ca.pem")).start();
        awaitRegistered();

        isCalled(kamailio);
    }

    @Test
    void isCalledByTlsWhereItListens() {
        Kamailio kamailio = kamailio("WITHTLS");
        rig.set("sip.tls.certificate", directory.resolve("cert.pem").toString());
        rig.set("sip.tls.key", directory.resolve("key.pem").toString());
        rig.set("sip.tls.ca-file", directory.resolve("ca.pem").toString());
        rig.set("sip.tls.port", 0);
        registers(kamailio, "tls").start();
        awaitRegistered();

        isCalled(kamailio);
        assertThat(rig.endpoint().lines()).anyMatch(line -> line.contains("TLS on "));
    }

    @Test
    void doesNotTalkToAServerWithTheCertificateOfAnother() {
        authority.write(directory, "other.test", "dns:other.test");
        Kamailio kamailio = kamailio("WITHTLS");
        registers(kamailio, "tls", "ca-file=" + directory.resolve("ca.pem")).start();

        await().untilAsserted(() -> assertThat(standing())
                .isEqualTo(new Account.Standing.Failing("the certificate is for [other.test], not for 127.0.0.3")));
    }

    @Test
    void doesNotTalkToAServerThatNobodyVouchesFor() {
        Kamailio kamailio = kamailio("WITHTLS");
        registers(kamailio, "tls").start();

        await().untilAsserted(() -> assertThat(standing())
                .isEqualTo(new Account.Standing.Failing("nobody that we trust vouches for its certificate")));
    }

    @Test
    void registersForLongerWhereTheRegistrarWantsThat() {
        registers(kamailio("MINEXPIRES"), "udp").start();

        awaitRegistered();
    }

    @Test
    void saysThatALoginIsRefusedAndRests() {
        registers(kamailio(), "udp", "login.password=wrong").start();

        await().untilAsserted(() -> assertThat(standing()).isEqualTo(new Account.Standing.Failing("401")));
        assertThat(rig.trunk("provider").isLastChoice()).isTrue();
        assertThat(rig.endpoint().lines()).anyMatch(line -> line.endsWith("up, not registered (401)"));
    }

    @Test
    void registersAgainWhenTheRegistrarWasAway() {
        Kamailio kamailio = kamailio();
        registers(kamailio, "udp").start();
        awaitRegistered();
        await().until(() -> rig.trunk("provider").health() == Trunk.Health.UP);

        kamailio.stop();
        await().atMost(Duration.ofSeconds(30)).until(() -> rig.trunk("provider").health() == Trunk.Health.DOWN);
        kamailio.start();

        await().atMost(Duration.ofSeconds(30)).until(() -> kamailio.registered().size() >= 2);
        awaitRegistered();
    }

    @Test
    void takesItsContactAwayWhenItStops() {
        Kamailio kamailio = kamailio();
        registers(kamailio, "udp").start();
        awaitRegistered();

        rig.close();

        await().until(() -> kamailio.registered().stream().anyMatch(line -> line.endsWith("expires 0")));
    }

    @Test
    void tellsAccountsOfOneTrunkApart() {
        Kamailio kamailio = kamailio();
        registers(
                        kamailio,
                        "udp",
                        "accounts[0].user=office",
                        "accounts[0].password=secret",
                        "accounts[0].number=+4930901800")
                .start();
        await().until(() -> kamailio.registered().size() >= 2);
        awaitRegistered();

        rig.dials("@boss:example.org", new PhoneNumber("+4930123456"));
        phone.expectInvite().answer(phone.sdp(4_000));

        await().until(() -> kamailio.text().contains("CALL from sip:+4930901800@"));
    }
}
