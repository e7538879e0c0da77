package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.Softphone;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Trunks that are found by SRV records, as a real name server tells them. dnsmasq has to be installed.
@Timeout(60)
class ServiceRecordsIT {

    final Rig rig = new Rig();
    final Softphone first = new Softphone("127.0.0.2");
    final Softphone second = new Softphone("127.0.0.3");
    final List<Process> processes = new ArrayList<>();

    @AfterEach
    void close() {
        rig.close();
        first.close();
        second.close();
        processes.forEach(Process::destroyForcibly);
    }

    /// A name server on which `provider.test` lists both telephones.
    void resolve(int firstPort, int secondPort) throws IOException {
        int port;
        try (var free = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))) {
            port = free.getLocalPort();
        }
        List<String> command = new ArrayList<>(List.of("dnsmasq", "-k", "-p", Integer.toString(port)));
        command.addAll(List.of("--listen-address=127.0.0.1", "--bind-interfaces", "--no-resolv", "--no-hosts"));
        command.addAll(List.of("--conf-file=/dev/null", "--pid-file=", "--user=", "--local-ttl=60"));
        command.add("--srv-host=_sip._udp.provider.test,a.provider.test," + firstPort + ",10");
        command.add("--srv-host=_sip._udp.provider.test,b.provider.test," + secondPort + ",20");
        command.add("--host-record=a.provider.test,127.0.0.2");
        command.add("--host-record=b.provider.test,127.0.0.3");
        processes.add(new ProcessBuilder(command).redirectErrorStream(true).start());
        rig.set("sip.dns", "127.0.0.1:" + port);
        var names = new DnsNames(new HostPort("127.0.0.1", port));
        await().until(() -> names.addresses("a.provider.test").size() == 1);
    }

    static int deadPort() {
        try (var phone = new Softphone("127.0.0.2")) {
            return phone.port();
        }
    }

    @Test
    void goesOnToTheNextServerWhenTheFirstIsDead() throws IOException {
        resolve(deadPort(), second.port());
        rig.trunk("provider", "provider.test").start();
        assertThat(rig.trunk("provider").targets()).hasSize(2);

        var alice = rig.dials(new PhoneNumber(Rig.PHONE));
        var call = second.expectInvite();
        assertThat(call.invite().requestUri()).isEqualTo("sip:" + Rig.PHONE + "@provider.test");
        call.answer(second.sdp(4_000));
        alice.expect(LegCommand.Answer.class);
        call.expectAck();
        assertThat(rig.trunk("provider").targets().getFirst().port())
                .as("the dead one is asked last now")
                .isEqualTo(second.port());
    }

    @Test
    void goesOnToTheNextServerAfterA503() throws IOException {
        resolve(first.port(), second.port());
        rig.trunk("provider", "provider.test").start();

        rig.dials(new PhoneNumber(Rig.PHONE));
        first.expectInvite().refuse(503);
        second.expectInvite().answer(second.sdp(4_000));
        rig.dials(new PhoneNumber(Rig.PHONE));
        second.expectInvite().answer(second.sdp(4_000));
    }

    @Test
    void doesNotRingAnotherServerAfterTheFirstRang() throws IOException {
        resolve(first.port(), second.port());
        rig.trunk("provider", "provider.test").start();

        rig.dials(new PhoneNumber(Rig.PHONE));
        var call = first.expectInvite();
        call.ring();
        call.refuse(503);

        assertThat(rig.journal.expectVerdict().end()).isEqualTo(new CallEnd(HangupCause.NETWORK_DOWN, "carrier-503"));
        assertThat(second.isLeftAlone(Duration.ofMillis(300))).isTrue();
    }

    @Test
    void letsEveryServerOfTheDomainCall() throws IOException {
        resolve(first.port(), second.port());
        rig.trunk("provider", "provider.test").start();

        second.call(
                "<sip:+4930123456@127.0.0.3>", Rig.ALICES_NUMBER, rig.address(), Softphone.Via.UDP, second.sdp(4_000));

        rig.expectCalled().expect(LegCommand.Dial.class);
    }
}
