package dev.callbridge.sip;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Arrays;

/// Hands the stack only what is worth parsing: its queue is unbounded and keeps a whole buffer per packet.
final class GuardedDatagramSocket extends DatagramSocket {

    /// Keep-alives of NAT routers and RFC 5626 are shorter than any message.
    private static final int KEEP_ALIVE = 4;

    private final Admission admission;

    GuardedDatagramSocket(int port, InetAddress local, Admission admission) throws SocketException {
        super(port, local);
        this.admission = admission;
    }

    @Override
    public void receive(DatagramPacket packet) throws IOException {
        int capacity = packet.getLength();
        while (true) {
            packet.setLength(capacity);
            super.receive(packet);
            int length = packet.getLength();
            if (length > KEEP_ALIVE
                    && packet.getSocketAddress() instanceof InetSocketAddress source
                    && admission.admits(source, packet.getData(), length)) {
                packet.setData(Arrays.copyOf(packet.getData(), length));
                return;
            }
        }
    }
}
