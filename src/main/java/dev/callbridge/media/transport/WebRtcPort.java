package dev.callbridge.media.transport;

import dev.callbridge.media.rtp.RtpPacket;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ice4j.Transport;
import org.ice4j.TransportAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The UDP port of a shard at one local address, shared by all WebRTC legs of the shard.
///
/// By the first byte (RFC 7983): STUN goes to the [StunDesk]; DTLS and RTP belong to the leg that their source address
/// was proven to belong to, by a connectivity check with that leg's password.
final class WebRtcPort implements Shard.Receiver {

    private static final Logger log = LoggerFactory.getLogger(WebRtcPort.class);

    private static final int WANTED_BUFFER = 4 << 20;

    /// Who holds the password of a leg can't fill the table with addresses.
    private static final int MAX_ADDRESSES = 64;

    private final Shard shard;
    private final StunDesk desk;
    private final DatagramChannel channel;
    private final TransportAddress address;
    private final DatagramSocket facade;
    private final Map<InetSocketAddress, Partner> partners = new LinkedHashMap<>();

    /// Whose an address is.
    ///
    /// @param fragment what the peer calls itself there (RFC 8445 §7.2.2)
    private record Partner(WebRtcEndpoint leg, String fragment) {}

    /// @throws IOException if the port is not free
    WebRtcPort(Shard shard, StunDesk desk, InetAddress local, int port) throws IOException {
        this.shard = shard;
        this.desk = desk;
        channel = DatagramChannel.open(
                local instanceof Inet6Address ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, WANTED_BUFFER);
            channel.bind(new InetSocketAddress(local, port));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        var bound = (InetSocketAddress) channel.getLocalAddress();
        address = new TransportAddress(bound.getAddress(), bound.getPort(), Transport.UDP);
        facade = new Facade(address);
        shard.register(channel, this);
    }

    TransportAddress address() {
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

    /// ice4j asks a socket for its address and sees by it that this is UDP; nothing else is done with it.
    DatagramSocket facade() {
        return facade;
    }

    void close() {
        shard.unregister(channel);
    }

    /// From any thread; for STUN and DTLS.
    void send(byte[] data, int offset, int length, SocketAddress to) throws IOException {
        channel.send(ByteBuffer.wrap(data, offset, length), to);
    }

    /// On the shard's thread; for media.
    void send(RtpPacket packet, InetSocketAddress to) {
        shard.send(channel, packet, to);
    }

    /// On the shard's thread: `remote` has proven that it speaks for `leg`.
    void admit(InetSocketAddress remote, WebRtcEndpoint leg, String fragment) {
        Partner known = partners.get(remote);
        if (known != null && known.leg.equals(leg) && known.fragment.equals(fragment)) {
            return;
        }
        partners.remove(remote);
        List<InetSocketAddress> addresses = partners.entrySet().stream()
                .filter(partner -> partner.getValue().leg.equals(leg))
                .map(Map.Entry::getKey)
                .toList();
        if (addresses.size() >= MAX_ADDRESSES) {
            // The oldest goes; if it is still in use, its next check brings it back.
            partners.remove(addresses.getFirst());
        }
        partners.put(remote, new Partner(leg, fragment));
    }

    /// On the shard's thread.
    void forget(WebRtcEndpoint leg) {
        partners.values().removeIf(partner -> partner.leg.equals(leg));
    }

    @Override
    public void received(RtpPacket packet, InetSocketAddress from) {
        if (packet.length() < 2) {
            return;
        }
        int first = packet.bytes()[packet.offset()] & 0xFF;
        if (first < 4) {
            if (StunDesk.isStun(packet)) {
                desk.received(copy(packet), this, from);
            }
            return;
        }
        Partner partner = partners.get(from);
        if (partner == null) {
            log.trace("something came from an address that passed no check");
        } else if (first >= 20 && first <= 63) {
            partner.leg.dtls(copy(packet), partner.fragment);
        } else if (packet.isControl()) {
            partner.leg.srtcp(packet);
        } else if (first >= 128 && first <= 191) {
            partner.leg.srtp(packet);
        }
    }

    private static byte[] copy(RtpPacket packet) {
        return Arrays.copyOfRange(packet.bytes(), packet.offset(), packet.offset() + packet.length());
    }

    private static final class Facade extends DatagramSocket {

        private final TransportAddress address;

        private Facade(TransportAddress address) throws SocketException {
            super((SocketAddress) null);
            this.address = address;
        }

        @Override
        public InetAddress getLocalAddress() {
            return address.getAddress();
        }

        @Override
        public int getLocalPort() {
            return address.getPort();
        }

        @Override
        public SocketAddress getLocalSocketAddress() {
            return address;
        }
    }
}
