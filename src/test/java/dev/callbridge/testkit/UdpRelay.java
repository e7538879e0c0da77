package dev.callbridge.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/// A network between one client and one server, which can be cut.
public final class UdpRelay implements AutoCloseable {

    /// What it does with packets of the client.
    public enum Mode {
        /// Takes all of them to the server, and back.
        FORWARD,
        /// Loses all, both ways.
        CUT,
        /// Forwards STUN; what is no STUN reaches the server from another address.
        MEDIA_FROM_ELSEWHERE
    }

    private final InetSocketAddress server;
    private final DatagramSocket front;
    private final DatagramSocket back;
    private final DatagramSocket elsewhere;
    private volatile Mode mode = Mode.FORWARD;
    private volatile @Nullable InetSocketAddress client;

    /// @param local where it listens and sends from
    public UdpRelay(InetAddress local, InetSocketAddress server) {
        this.server = server;
        try {
            front = new DatagramSocket(new InetSocketAddress(local, 0));
            back = new DatagramSocket(new InetSocketAddress(local, 0));
            elsewhere = new DatagramSocket(new InetSocketAddress(local, 0));
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(() -> pump(front, this::fromClient));
        Thread.ofVirtual().start(() -> pump(back, this::fromServer));
    }

    /// Where the client finds it.
    public int port() {
        return front.getLocalPort();
    }

    public void mode(Mode newMode) {
        mode = newMode;
    }

    private interface Taker {
        void take(DatagramPacket packet) throws IOException;
    }

    private static void pump(DatagramSocket from, Taker taker) {
        byte[] bytes = new byte[2048];
        while (!from.isClosed()) {
            try {
                var packet = new DatagramPacket(bytes, bytes.length);
                from.receive(packet);
                taker.take(packet);
            } catch (IOException e) {
                if (!from.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void fromClient(DatagramPacket packet) throws IOException {
        client = (InetSocketAddress) packet.getSocketAddress();
        boolean stun = packet.getLength() > 0 && (packet.getData()[0] & 0xFF) < 4;
        packet.setSocketAddress(server);
        switch (mode) {
            case FORWARD -> back.send(packet);
            case CUT -> {}
            case MEDIA_FROM_ELSEWHERE -> (stun ? back : elsewhere).send(packet);
        }
    }

    private void fromServer(DatagramPacket packet) throws IOException {
        InetSocketAddress to = client;
        if (to != null && mode != Mode.CUT) {
            packet.setSocketAddress(to);
            front.send(packet);
        }
    }

    @Override
    public void close() {
        front.close();
        back.close();
        elsewhere.close();
    }
}
