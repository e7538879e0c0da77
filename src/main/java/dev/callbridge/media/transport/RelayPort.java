package dev.callbridge.media.transport;

import dev.callbridge.bridge.Addresses;
import dev.callbridge.bridge.RelayServer;
import dev.callbridge.media.rtp.RtpPacket;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ice4j.Transport;
import org.ice4j.TransportAddress;

/// An address that a TURN server lends to one leg (RFC 8656), with a socket of its own: a server gives one allocation
/// per address that asks it.
///
/// Packets are wrapped up for the server and unwrapped, each with some small objects: only calls that find no other way
/// pay for that.
final class RelayPort implements IcePort, Shard.Receiver {

    /// The type of a TURN message in front of data that comes or goes.
    private static final int ATTRIBUTE_HEADER = 4;

    private final Shard shard;
    private final DatagramChannel channel;
    private final InetSocketAddress server;
    private final Partners partners;
    private final TurnClient client;
    private final TransportAddress relayed;
    private final InetSocketAddress seen;
    private final DatagramSocket facade;
    private final AtomicBoolean closed = new AtomicBoolean();

    private RelayPort(Shard shard, StunDesk desk, RelayServer lender, InetAddress local, InetSocketAddress server)
            throws IOException {
        this.shard = shard;
        this.server = server;
        partners = new Partners(desk);
        channel = Udp.bound(new InetSocketAddress(local, 0));
        client = new TurnClient(
                lender, message -> channel.send(ByteBuffer.wrap(message), server), () -> shard.unregister(channel));
        try {
            shard.register(channel, this);
            TurnMessage allocated = client.allocate();
            InetSocketAddress address = allocated
                    .address(TurnMessage.RELAYED_ADDRESS)
                    .orElseThrow(() -> new IOException("the TURN server names no address"));
            relayed = new TransportAddress(address.getAddress(), address.getPort(), Transport.UDP);
            seen = allocated.address(TurnMessage.MAPPED_ADDRESS).orElse((InetSocketAddress) channel.getLocalAddress());
            facade = new PortFacade(relayed);
        } catch (IOException e) {
            client.close();
            shard.unregister(channel);
            throw e;
        }
        // A peer that is relayed too may come from the same server.
        permit(relayed.getAddress());
    }

    /// Asks for an allocation; waits for it, for two seconds at most.
    ///
    /// @param local where our socket is
    /// @throws IOException if there is none
    static RelayPort open(Shard shard, StunDesk desk, RelayServer lender, InetAddress local, InetSocketAddress server)
            throws IOException {
        return new RelayPort(shard, desk, lender, local, server);
    }

    @Override
    public TransportAddress address() {
        return relayed;
    }

    /// Where the server sees us.
    InetSocketAddress seen() {
        return seen;
    }

    @Override
    public DatagramSocket facade() {
        return facade;
    }

    /// Has the server let through what comes from there.
    void permit(InetAddress peer) {
        if (Addresses.areOfOneVersion(peer, relayed.getAddress())) {
            client.permit(peer);
        }
    }

    @Override
    public void send(byte[] data, int offset, int length, SocketAddress to) throws IOException {
        byte[] header = header((InetSocketAddress) to, length);
        byte[] whole = Arrays.copyOf(header, header.length + padded(length));
        System.arraycopy(data, offset, whole, header.length, length);
        channel.send(ByteBuffer.wrap(whole), server);
    }

    /// There is room for the header in front of a packet, and for padding behind.
    @Override
    public void send(RtpPacket packet, InetSocketAddress to) {
        byte[] header = header(to, packet.length());
        int offset = packet.offset();
        int length = packet.length();
        System.arraycopy(header, 0, packet.bytes(), offset - header.length, header.length);
        // Not what was left there of another call.
        Arrays.fill(packet.bytes(), offset + length, offset + padded(length), (byte) 0);
        packet.moved(offset - header.length, header.length + padded(length));
        shard.send(channel, packet, server);
        packet.moved(offset, length);
    }

    /// A Send indication up to its data (RFC 8656 §11.1).
    private static byte[] header(InetSocketAddress to, int length) {
        byte[] transaction = new byte[TurnMessage.TRANSACTION];
        byte[] peer = TurnMessage.masked(to, transaction);
        int attributes = 2 * ATTRIBUTE_HEADER + peer.length;
        return ByteBuffer.allocate(TurnMessage.HEADER + attributes)
                .putShort((short) TurnMessage.SEND_INDICATION)
                .putShort((short) (attributes + padded(length)))
                .putInt(TurnMessage.COOKIE)
                .put(transaction)
                .putShort((short) TurnMessage.PEER_ADDRESS)
                .putShort((short) peer.length)
                .put(peer)
                .putShort((short) TurnMessage.DATA)
                .putShort((short) length)
                .array();
    }

    private static int padded(int length) {
        return (length + 3) & ~3;
    }

    @Override
    public void received(RtpPacket packet, InetSocketAddress from) {
        if (!from.equals(server)) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(packet.bytes(), packet.offset(), packet.offset() + packet.length());
        Optional<TurnMessage> read = TurnMessage.read(bytes);
        if (read.isEmpty()) {
            return;
        }
        TurnMessage message = read.get();
        if (message.type() != TurnMessage.DATA_INDICATION) {
            client.received(message);
            return;
        }
        Optional<InetSocketAddress> peer = message.address(TurnMessage.PEER_ADDRESS);
        Optional<byte[]> data = message.value(TurnMessage.DATA);
        if (peer.isPresent() && data.isPresent()) {
            byte[] content = data.get();
            System.arraycopy(content, 0, packet.bytes(), RtpPacket.START, content.length);
            packet.moved(RtpPacket.START, content.length);
            partners.received(packet, peer.get(), this);
        }
    }

    @Override
    public Partners partners() {
        return partners;
    }

    /// Gives the address back.
    void close() {
        if (closed.compareAndSet(false, true)) {
            client.close();
            facade.close();
        }
    }
}
