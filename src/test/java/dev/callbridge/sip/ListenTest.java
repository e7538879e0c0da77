package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.callbridge.bridge.SettingException;
import dev.callbridge.testkit.Softphone;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ListenTest {

    @Test
    void answersOnBothFamiliesOfOnePort() throws IOException {
        try (var four = new Softphone("127.0.0.2");
                var six = new Softphone("::1");
                var rig = bothFamilies()) {
            rig.trunk("four", four.hostPort()).trunk("six", six.hostPort()).start();
            for (var via : Softphone.Via.values()) {
                four.send(HostileTest.request("OPTIONS", four.hostPort(), via.name(), ""), rig.address(0), via);
                six.send(HostileTest.request("OPTIONS", six.hostPort(), via.name(), ""), rig.address(1), via);
            }

            await().untilAsserted(() -> assertThat(answers(four)).isEqualTo(2));
            await().untilAsserted(() -> assertThat(answers(six)).isEqualTo(2));
        }
    }

    @Test
    void hearsItselfOnBothFamiliesOfOnePort() throws IOException, InterruptedException {
        try (var rig = bothFamilies().trunk("carrier", "127.0.0.2:5999").start()) {
            var deaf = new CountDownLatch(1);
            new LivenessProbe(rig.host(), rig.admission(), Duration.ofMillis(10), deaf::countDown).start();

            assertThat(deaf.await(1_500, TimeUnit.MILLISECONDS)).isFalse();
        }
    }

    @Test
    void noticesThatItIsDeaf() throws InterruptedException {
        try (var rig = new Rig().trunk("carrier", "127.0.0.2:5999").start()) {
            var deaf = new CountDownLatch(1);
            var admission = new Admission(rig.trunks());
            new LivenessProbe(rig.host(), admission, Duration.ofMillis(10), deaf::countDown).start();

            assertThat(deaf.await(15, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0:5060,[::]:5060",
                "[::]:5060,0.0.0.0:5060",
                "0.0.0.0:5060,127.0.0.1:5060",
                "[::1]:5060,[::]:5060",
                "127.0.0.1:5060,127.0.0.1:5060"
            })
    void saysWhichAddressIsListenedOnTwice(String listen) {
        var properties = new SipProperties(
                List.of(listen.split(",", -1)),
                null,
                null,
                new SipProperties.Tls(5061, null, null, null),
                Duration.ofSeconds(50));

        assertThatThrownBy(properties::listenAddresses)
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("callbridge.sip.listen[1]");
    }

    /// Nobody can connect: requests leave through it.
    @Test
    void hasOneWayOutForTlsHoweverManyPortsOneAddressHas() {
        try (var rig = new Rig()
                .set("sip.listen", "127.0.0.1:0,127.0.0.1:0")
                .trunk("carrier", "sips:127.0.0.2:9")
                .start()) {
            assertThat(rig.host().points())
                    .extracting(SipStackHost.Point::tlsPort)
                    .containsExactly(5061, 0);
        }
    }

    /// Nothing is sent there.
    @ParameterizedTest
    @CsvSource({"198.51.100.9, true", "192.168.77.9, false"})
    void tellsThePublicAddressOnlyToTrunksBeyondNat(String peer, boolean told) throws SocketException {
        String inside = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .findFirst()
                .orElseGet(() -> abort("only loopback"));
        try (var rig = new Rig()
                .set("sip.listen", inside + ":0")
                .set("sip.public-address", "203.0.113.5")
                .trunk("carrier", "127.0.0.2:5999")
                .start()) {
            var target = new Target(InetAddress.ofLiteral(peer), 5060, Transport.UDP);

            Outlet outlet = rig.host().outlet(rig.trunk("carrier"), target);

            assertThat(outlet.host()).isEqualTo(told ? "203.0.113.5" : inside);
            assertThat(learns(rig, outlet)).isEqualTo(!told);
        }
    }

    private static boolean learns(Rig rig, Outlet outlet) {
        var seen = new Reflexive(InetAddress.ofLiteral("192.168.77.1"), 5060);
        return rig.host().learn(rig.trunk("carrier"), Transport.UDP, outlet, seen);
    }

    private static Rig bothFamilies() throws IOException {
        var four = InetAddress.ofLiteral("127.0.0.1");
        var six = InetAddress.ofLiteral("::1");
        try (var port = new ServerSocket(0, 1, four);
                var _ = new ServerSocket(port.getLocalPort(), 1, six);
                var _ = new DatagramSocket(port.getLocalPort(), four);
                var _ = new DatagramSocket(port.getLocalPort(), six)) {
            int both = port.getLocalPort();
            return new Rig().set("sip.listen", "127.0.0.1:" + both + ",[::1]:" + both);
        }
    }

    private static long answers(Softphone phone) {
        return phone.messages().stream()
                .filter(each -> each.received() && !each.isRequest() && each.status() == 200)
                .count();
    }
}
