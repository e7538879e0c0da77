package dev.callbridge.sip;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.testkit.Softphone;
import dev.callbridge.testkit.Softphone.Via;
import dev.callbridge.testkit.SoftphoneCall;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What strangers and broken peers do to an open port; after each the next call goes through.
@Timeout(90)
class HostileTest {

    final Softphone phone = new Softphone("127.0.0.2");
    static final Rig rig = new Rig();

    /// One for all: what one test does to it may not hurt the next either.
    @BeforeAll
    static void start() {
        rig.trunk("carrier", "127.0.0.2:5999").start();
    }

    @BeforeEach
    void forgetOtherCalls() {
        rig.called.clear();
    }

    @AfterEach
    void hangUp() {
        phone.close();
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS", "INVITE", "REGISTER", "garbage"})
    void givesAStrangerNotOneByteByUdp(String what) throws IOException {
        try (var socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.9"), 0))) {
            socket.setSoTimeout(700);
            byte[] bytes = request(what, "127.0.0.9:" + socket.getLocalPort(), "UDP", "")
                    .getBytes(US_ASCII);
            socket.send(new DatagramPacket(bytes, bytes.length, rig.address()));

            assertThatThrownBy(() -> socket.receive(new DatagramPacket(new byte[2_000], 2_000)))
                    .isInstanceOf(SocketTimeoutException.class);
        }
        aCallGoesThrough(Via.UDP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS", "INVITE"})
    void givesAStrangerNotOneByteByTcp(String what) throws IOException {
        try (var socket = new Socket()) {
            socket.bind(new InetSocketAddress("127.0.0.9", 0));
            socket.connect(rig.address(), 2_000);
            socket.setSoTimeout(2_000);
            assertThat(bytesAfter(socket, request(what, "127.0.0.9:" + socket.getLocalPort(), "TCP", "")))
                    .isZero();
        }
        aCallGoesThrough(Via.TCP);
    }

    /// Closed by the other side is fine, a byte is not.
    private static int bytesAfter(Socket socket, String text) throws IOException {
        try {
            socket.getOutputStream().write(text.getBytes(US_ASCII));
            return Math.max(0, socket.getInputStream().read());
        } catch (SocketException e) {
            return 0;
        }
    }

    /// RFC 3261 §18.2.2: the response would go to whoever stands in `maddr`.
    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS", "INVITE"})
    void sendsNoResponseToAThirdParty(String method) throws IOException {
        try (var third = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.9"), 0))) {
            third.setSoTimeout(300);
            String via = "127.0.0.9:" + third.getLocalPort() + ";maddr=127.0.0.9";
            phone.send(request(method, via, "UDP", ""), rig.address(), Via.UDP);

            assertThatThrownBy(() -> third.receive(new DatagramPacket(new byte[2_000], 2_000)))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void answersATrunkThatAsksWhetherWeLive() {
        for (Via via : Via.values()) {
            phone.send(request("OPTIONS", phone.hostPort(), via.name(), ""), rig.address(), via);
        }

        await().untilAsserted(() -> assertThat(phone.messages())
                .filteredOn(each -> each.received() && !each.isRequest() && each.status() == 200)
                .hasSize(2)
                .allSatisfy(each -> assertThat(each.headers("Allow").toString()).contains("INVITE")));
    }

    /// Defect 1: an unbounded queue of whole buffers.
    @Test
    void outlivesAFloodOfDatagrams() {
        for (int i = 0; i < 20_000; i++) {
            phone.send(request("OPTIONS", phone.hostPort(), "UDP", "X: " + i + "\r\n"), rig.address(), Via.UDP);
        }

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> aCallGoesThrough(Via.UDP));
    }

    /// Defects 2 and 8: what the parser throws beside its ParseException ends the reading thread.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "RSeq: 99999999999999999999\r\n",
                "RAck: 99999999999999999999 1 INVITE\r\n",
                "MIME-Version: x.y\r\n",
                "Server: (only a comment)\r\n",
                "Via: \r\n",
                "Content-Length: 3\r\n",
                "Content-Length: -5\r\n",
                "From: ((((((((\r\n"
            })
    void outlivesHeadersThatCantBeRead(String header) {
        for (Via via : Via.values()) {
            phone.send(request("INVITE", phone.hostPort(), via.name(), header), rig.address(), via);
        }

        aCallGoesThrough(Via.UDP);
    }

    @Test
    void outlivesThousandsOfLines() {
        phone.send(request("INVITE", phone.hostPort(), "UDP", "X: y\r\n".repeat(2_000)), rig.address(), Via.UDP);

        aCallGoesThrough(Via.UDP);
    }

    /// Defect 6: a line, or a body, without end.
    @ParameterizedTest
    @ValueSource(strings = {"INVITE sip:", "Content-Length: 2147483647\r\n\r\n"})
    void outlivesAMessageWithoutEnd(String start) throws IOException {
        byte[] chunk = "a".repeat(65_536).getBytes(US_ASCII);
        try (var socket = new Socket()) {
            socket.bind(new InetSocketAddress("127.0.0.2", 0));
            socket.connect(rig.address(), 2_000);
            String head = start.startsWith("INVITE")
                    ? start
                    : request("INVITE", phone.hostPort(), "TCP", "").strip() + "\r\n" + start;
            socket.getOutputStream().write(head.getBytes(US_ASCII));
            for (int i = 0; i < 200; i++) {
                socket.getOutputStream().write(chunk);
            }
        } catch (SocketException _) {
            // Closed by the bridge, as it should be.
        }

        aCallGoesThrough(Via.TCP);
    }

    /// Defect 10: what nobody answers must not stay.
    @Test
    void leavesNothingBehindOfCallsThatTheCallerForgot() {
        List<SoftphoneCall> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            calls.add(
                    phone.call("<sip:+4930123456@x>", "1000", rig.address(), Via.UDP, phone.sdp(4_000), "Expires: 2"));
        }
        calls.forEach(call -> call.expectStatus(480));

        await().atMost(Duration.ofSeconds(5)).until(() -> rig.registry().size() == 0);
        assertThat(rig.trunks().all().getFirst().take()).isPresent();
        rig.called.clear();
        aCallGoesThrough(Via.UDP);
    }

    @Test
    void stopsWithoutLeavingItsEventThreadBehind() {
        long before = scanners();
        try (var other = new Rig().trunk("carrier", "127.0.0.2:5999").start()) {
            assertThat(other.endpoint().isRunning()).isTrue();
        }

        await().until(() -> scanners() <= before);
    }

    private static long scanners() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("EventScannerThread"))
                .count();
    }

    void aCallGoesThrough(Via via) {
        var call = phone.call("<sip:+4930123456@x>", "1000", rig.address(), via, phone.sdp(4_000));
        call.expectStatus(180);
        var alice = rig.expectCalled();
        alice.expect(LegCommand.Dial.class);
        alice.says(new LegEvent.Answered(Rig.sdp(6_000)));
        call.expectStatus(200);
        call.ack();
        alice.hangsUp();
        call.expectBye();
    }

    static String request(String method, String from, String via, String header) {
        if (method.equals("garbage")) {
            return "\0\1\2 no SIP at all\r\n\r\n";
        }
        return method + " sip:999@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/" + via + " " + from
                + ";rport;branch=z9hG4bK" + System.nanoTime() + "\r\nMax-Forwards: 70\r\n"
                + "From: <sip:x@y>;tag=1\r\nTo: <sip:999@z>\r\nCall-ID: " + System.nanoTime() + "\r\nCSeq: 1 " + method
                + "\r\nContact: <sip:x@" + from + ">\r\n" + header + "Content-Length: 0\r\n\r\n";
    }
}
