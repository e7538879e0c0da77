package dev.callbridge.testkit;

import dev.callbridge.bridge.RelayServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/// A TURN server on loopback.
public final class Coturn implements AutoCloseable {

    private static final String USER = "callbridge";
    private static final String PASSWORD = "a secret";

    private final int port = FreePort.onLoopback();
    private final Program program;

    /// @param directory for what it leaves behind
    public Coturn(Path directory) {
        program = new Program(
                directory,
                "turnserver",
                "-n",
                "--no-cli",
                "--no-tls",
                "--no-dtls",
                "--no-tcp-relay",
                "--lt-cred-mech",
                "--user=" + USER + ":" + PASSWORD,
                "--realm=example.org",
                "--listening-ip=127.0.0.1",
                "--relay-ip=127.0.0.1",
                "--listening-port=" + port,
                "--allow-loopback-peers",
                "--pidfile=" + directory.resolve("turnserver.pid"),
                "--log-file=stdout",
                "--simple-log",
                "--verbose");
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(this::answers);
    }

    public RelayServer server() {
        return new RelayServer("turn:127.0.0.1:" + port + "?transport=udp", USER, PASSWORD);
    }

    /// How often it logged a line with `text`.
    public long said(String text) {
        return program.lines().stream().filter(line -> line.contains(text)).count();
    }

    /// What it logged.
    public String text() {
        return program.text();
    }

    private boolean answers() throws IOException {
        byte[] ask = new StunMessage(StunMessage.REQUEST, new byte[12]).signed("nobody");
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(200);
            socket.send(
                    new DatagramPacket(ask, ask.length, new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
            socket.receive(new DatagramPacket(new byte[1500], 1500));
            return true;
        } catch (SocketTimeoutException _) {
            return false;
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
