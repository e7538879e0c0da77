package dev.callbridge.media.transport;

import dev.callbridge.media.rtp.RtpPacket;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.ice4j.Transport;
import org.ice4j.TransportAddress;

/// The UDP port of a shard at one local address, shared by all WebRTC legs of the shard.
final class WebRtcPort implements IcePort, Shard.Receiver {

    private static final int WANTED_BUFFER = 4 << 20;

    private final Shard shard;
    private final DatagramChannel channel;
    private final TransportAddress address;
    private final DatagramSocket facade;
    private final Partners partners;

    /// @throws IOException if the port is not free
    WebRtcPort(Shard shard, StunDesk desk, InetAddress local, int port) throws IOException {
        this.shard = shard;
        partners = new Partners(desk);
        channel = Udp.bound(new InetSocketAddress(local, port));
        channel.setOption(StandardSocketOptions.SO_RCVBUF, WANTED_BUFFER);
        var bound = (InetSocketAddress) channel.getLocalAddress();
        address = new TransportAddress(bound.getAddress(), bound.getPort(), Transport.UDP);
        facade = new PortFacade(address);
        shard.register(channel, this);
    }

    @Override
    public TransportAddress address() {
        return address;
    }

    /// How many bytes of packets the kernel keeps for us; some grant less than was asked for.
    int receiveBuffer() {
        try {
            return channel.getOption(StandardSocketOptions.SO_RCVBUF);
        } catch (IOException _) {
            return 0;
        }
    }

    boolean hasLessBufferThanWanted() {
        return receiveBuffer() < WANTED_BUFFER;
    }

    @Override
    public DatagramSocket facade() {
        return facade;
    }

    void close() {
        shard.unregister(channel);
    }

    @Override
    public void send(byte[] data, int offset, int length, SocketAddress to) throws IOException {
        channel.send(ByteBuffer.wrap(data, offset, length), to);
    }

    @Override
    public void send(RtpPacket packet, InetSocketAddress to) {
        shard.send(channel, packet, to);
    }

    @Override
    public Partners partners() {
        return partners;
    }

    @Override
    public void received(RtpPacket packet, InetSocketAddress from) {
        partners.received(packet, from, this);
    }
}
