package dev.callbridge.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.callbridge.testkit.Softphone.Via;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// One port, UDP and TCP, that reads and writes SIP messages.
final class SipSockets implements AutoCloseable {

    /// Where a message came from, and the way back.
    record Way(Via via, InetSocketAddress address, @Nullable Socket connection) {}

    /// Hears what arrives, on the threads of the sockets.
    interface Ear {
        void arrived(String text, long nanos, Way way);
    }

    private final InetAddress address;
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Ear ear;
    private final Map<String, Way> connections = new ConcurrentHashMap<>();

    SipSockets(InetAddress address, Ear ear) {
        this.address = address;
        this.ear = ear;
        try {
            this.tcp = new ServerSocket(0, 50, address);
            this.udp = new DatagramSocket(tcp.getLocalPort(), address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void start() {
        Thread.ofVirtual().name("softphone-udp").start(this::receive);
        Thread.ofVirtual().name("softphone-tcp").start(this::accept);
    }

    int port() {
        return tcp.getLocalPort();
    }

    boolean isClosed() {
        return udp.isClosed();
    }

    @Override
    public void close() {
        udp.close();
        try {
            tcp.close();
            for (Way way : connections.values()) {
                if (way.connection() != null) {
                    way.connection().close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Way way(InetSocketAddress to, Via via) {
        if (via == Via.UDP) {
            return new Way(via, to, null);
        }
        return connections.computeIfAbsent(to.toString(), _ -> {
            try {
                var socket = new Socket();
                socket.bind(new InetSocketAddress(address, 0));
                socket.connect(to, 2_000);
                var way = new Way(via, to, socket);
                Thread.ofVirtual().name("softphone-connection").start(() -> read(way, socket));
                return way;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    void write(String text, Way way) {
        byte[] bytes = text.getBytes(UTF_8);
        try {
            if (way.connection() == null) {
                udp.send(new DatagramPacket(bytes, bytes.length, way.address()));
            } else {
                way.connection().getOutputStream().write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void receive() {
        var packet = new DatagramPacket(new byte[65_536], 65_536);
        while (!udp.isClosed()) {
            try {
                packet.setLength(65_536);
                udp.receive(packet);
                long now = System.nanoTime();
                String text = new String(packet.getData(), 0, packet.getLength(), UTF_8);
                ear.arrived(text, now, new Way(Via.UDP, (InetSocketAddress) packet.getSocketAddress(), null));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void accept() {
        while (!tcp.isClosed()) {
            try {
                Socket socket = tcp.accept();
                var way = new Way(Via.TCP, (InetSocketAddress) socket.getRemoteSocketAddress(), socket);
                connections.put(way.address().toString(), way);
                Thread.ofVirtual().name("softphone-connection").start(() -> read(way, socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void read(Way way, Socket socket) {
        try {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (String head = head(in); head != null; head = head(in)) {
                String length = new SipMessage(true, head, 0).header("Content-Length");
                byte[] body = in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length));
                ear.arrived(head + new String(body, UTF_8), System.nanoTime(), way);
            }
        } catch (IOException e) {
            // Closed by one side or the other.
        }
    }

    private static @Nullable String head(InputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (bytes.size() > 0 || (b != '\r' && b != '\n')) {
                bytes.write(b);
            }
            if (b == '\n' && bytes.toString(UTF_8).endsWith("\r\n\r\n")) {
                return bytes.toString(UTF_8);
            }
        }
        return null;
    }
}
