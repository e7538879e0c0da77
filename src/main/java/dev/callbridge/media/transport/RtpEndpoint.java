package dev.callbridge.media.transport;

import dev.callbridge.media.rtp.RtpPacket;
import dev.callbridge.media.rtp.RtpSink;
import dev.callbridge.sdp.AudioFormats;
import dev.callbridge.sdp.Connection;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.MediaDescription;
import dev.callbridge.sdp.OfferAnswer;
import dev.callbridge.sdp.Origin;
import dev.callbridge.sdp.OwnRtp;
import dev.callbridge.sdp.SessionDescription;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sound of a leg to a trunk: plain RTP (RFC 3550).
///
/// Only the host that the peer's description names is listened to. It is sent to at the port it named, until it sends
/// from another one: then to that (a trunk behind NAT). A second port of the same host has its turn only when the first
/// has fallen silent.
public final class RtpEndpoint implements Endpoint {

    private static final Logger log = LoggerFactory.getLogger(RtpEndpoint.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long SILENCE = Duration.ofSeconds(1).toNanos();

    private final Shard shard;
    private final RtpPair pair;
    private final Listener listener;
    private final OwnRtp own;
    private final int ssrc = RANDOM.nextInt();
    /// Of the call's thread.
    private final Said said = new Said();
    /// Of the shard's thread.
    private RtpSink sink = RtpSink.NOWHERE;
    private @Nullable InetSocketAddress target;
    private boolean latched;
    private long lastHeard;

    private RtpEndpoint(Shard shard, RtpPair pair, String address, Listener listener) {
        this.shard = shard;
        this.pair = pair;
        this.listener = listener;
        this.own = new OwnRtp(
                Origin.first(Long.toString(RANDOM.nextLong(1, Long.MAX_VALUE)), address),
                address,
                pair.address().getPort());
        pair.register(shard, this::received);
    }

    /// @param local where sockets are bound
    /// @param mapped what stands in our description instead, behind 1:1 NAT
    /// @return empty if no pair of ports is free
    public static Optional<RtpEndpoint> open(
            Shard shard, PortPool pool, InetAddress local, @Nullable InetAddress mapped, Listener listener) {
        String address = (mapped == null ? local : mapped).getHostAddress();
        int scope = address.indexOf('%');
        String literal = scope < 0 ? address : address.substring(0, scope);
        return RtpPair.open(pool, local).map(pair -> new RtpEndpoint(shard, pair, literal, listener));
    }

    @Override
    public boolean fits(SessionDescription description) {
        return description
                .audio()
                .map(MediaDescription::protocol)
                .filter(protocol -> {
                    String name = protocol.toUpperCase(Locale.ROOT);
                    return name.equals("RTP/AVP") || name.equals("RTP/AVPF");
                })
                .isPresent();
    }

    @Override
    public int eventNumber() {
        return OfferAnswer.TRUNK_EVENT;
    }

    @Override
    public SessionDescription offer(AudioFormats formats, Direction direction) {
        return said.next(OfferAnswer.plainOffer(own, formats, direction));
    }

    @Override
    public SessionDescription answer(SessionDescription offer, AudioFormats formats, Direction direction) {
        return said.next(OfferAnswer.plainAnswer(own, offer, formats, direction));
    }

    @Override
    public boolean meet(SessionDescription description, boolean answered) {
        Connection connection = description.audioConnection().orElse(null);
        int port = description.audioPort().orElse(0);
        if (connection == null || port == 0) {
            return false;
        }
        if (connection.unspecified()) {
            // On hold: nothing may be sent, and nobody knows who would send.
            listener.ready();
            return true;
        }
        try {
            InetAddress host = InetAddress.getByName(connection.address());
            if (host instanceof Inet6Address != pair.address().getAddress() instanceof Inet6Address) {
                log.info("the trunk's media address is of another IP version than ours towards it");
                return false;
            }
            var named = new InetSocketAddress(host, port);
            shard.execute(() -> target(named));
            listener.ready();
            return true;
        } catch (UnknownHostException _) {
            log.info("the trunk's media address can't be resolved");
            return false;
        }
    }

    private void target(InetSocketAddress named) {
        target = named;
        latched = false;
    }

    @Override
    public void hear(RtpSink newSink) {
        sink = newSink;
    }

    @Override
    public RtpSink speak() {
        return this::send;
    }

    @Override
    public int ssrc() {
        return ssrc;
    }

    @Override
    public void close() {
        pair.close(shard);
    }

    private void send(RtpPacket packet) {
        InetSocketAddress to = target;
        if (to != null) {
            shard.send(pair.rtp(), packet, to);
        }
    }

    private void received(RtpPacket packet, InetSocketAddress from) {
        InetSocketAddress known = target;
        if (known == null || !known.getAddress().equals(from.getAddress()) || !packet.isWellFormed()) {
            return;
        }
        boolean same = known.getPort() == from.getPort();
        if (!same && (!latched || packet.arrival() - lastHeard > SILENCE)) {
            target = from;
            same = true;
        }
        if (same) {
            latched = true;
            lastHeard = packet.arrival();
            sink.take(packet);
        }
    }
}
