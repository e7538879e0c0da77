package dev.callbridge.media.transport;

import dev.callbridge.bridge.Ids;
import dev.callbridge.bridge.MediaProfile;
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
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sound of a leg to a trunk: plain RTP (RFC 3550). Who is heard, and where is sent to, is [Latch]'s matter.
public final class RtpEndpoint implements Endpoint {

    private static final Logger log = LoggerFactory.getLogger(RtpEndpoint.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Shard shard;
    private final RtpPair pair;
    private final Listener listener;
    private final OwnRtp own;
    private final int ssrc = RANDOM.nextInt();
    private final String cname = Ids.random(16);
    /// Of the call's thread.
    private final Said said = new Said();
    private boolean met;
    /// Of the shard's thread.
    private final Latch latch;
    private RtpSink sink = RtpSink.NOWHERE;
    private RtpSink control = RtpSink.NOWHERE;
    private ControlPath controlPath = new ControlPath(0, null, false);

    /// How RTCP gets to the peer.
    ///
    /// @param named port in its description (RFC 3605); 0: the one above RTP
    /// @param learned where its own came from last
    /// @param muxed whether that came beside RTP (RFC 5761)
    private record ControlPath(int named, @Nullable InetSocketAddress learned, boolean muxed) {}

    private RtpEndpoint(Shard shard, RtpPair pair, String address, Latch latch, Listener listener) {
        this.shard = shard;
        this.pair = pair;
        this.latch = latch;
        this.listener = listener;
        this.own = new OwnRtp(
                Origin.first(Long.toString(RANDOM.nextLong(1, Long.MAX_VALUE)), address),
                address,
                pair.address().getPort());
        pair.register(shard, this::received, this::controlled);
    }

    /// @param mapped what stands in our description instead of our own address, behind 1:1 NAT
    /// @return empty if no pair of ports is free
    public static Optional<RtpEndpoint> open(
            Shard shard,
            PortPool pool,
            MediaProfile.PlainRtp profile,
            @Nullable InetAddress mapped,
            Listener listener) {
        InetAddress local = profile.local();
        String address = (mapped == null ? local : mapped).getHostAddress();
        int scope = address.indexOf('%');
        String literal = scope < 0 ? address : address.substring(0, scope);
        var latch = new Latch(profile.symmetric(), profile.signaling(), local);
        return RtpPair.open(pool, local).map(pair -> new RtpEndpoint(shard, pair, literal, latch, listener));
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
    public SessionDescription offer(AudioFormats formats, Direction direction) {
        return said.next(said.last()
                .map(last -> OfferAnswer.plainOffer(own, last, formats, direction))
                .orElseGet(() -> OfferAnswer.plainOffer(own, formats, direction)));
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
            shard.execute(latch::held);
            met();
            return true;
        }
        try {
            InetAddress host = InetAddress.getByName(connection.address());
            if (host instanceof Inet6Address != pair.address().getAddress() instanceof Inet6Address) {
                log.info("the trunk's media address is of another IP version than ours towards it");
                return false;
            }
            var named = new InetSocketAddress(host, port);
            int control = controlPort(description);
            shard.execute(() -> {
                latch.named(named, System.nanoTime());
                controlPath = new ControlPath(control, null, false);
            });
            met();
            return true;
        } catch (UnknownHostException _) {
            log.info("the trunk's media address can't be resolved");
            return false;
        }
    }

    /// RFC 3605.
    private static int controlPort(SessionDescription description) {
        String written = description.audio().flatMap(audio -> audio.value("rtcp")).orElse("");
        String port = written.strip().split(" ", -1)[0];
        return port.matches("[1-9][0-9]{0,4}") && Integer.parseInt(port) <= 65535 ? Integer.parseInt(port) : 0;
    }

    private void met() {
        if (!met) {
            met = true;
            listener.ready();
        }
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

    @Override
    public String cname() {
        return cname;
    }

    @Override
    public void hearControl(RtpSink newSink) {
        control = newSink;
    }

    @Override
    public RtpSink speakControl() {
        return this::sendControl;
    }

    private void sendControl(RtpPacket packet) {
        InetSocketAddress to = latch.target();
        if (to == null) {
            return;
        }
        InetSocketAddress learned = controlPath.learned();
        if (controlPath.muxed()) {
            shard.send(pair.rtp(), packet, to);
        } else if (learned != null && learned.getAddress().equals(to.getAddress())) {
            shard.send(pair.rtcp(), packet, learned);
        } else {
            int port = controlPath.named() == 0 ? to.getPort() + 1 : controlPath.named();
            shard.send(pair.rtcp(), packet, new InetSocketAddress(to.getAddress(), port));
        }
    }

    /// RTCP comes from the host that RTP goes to.
    private void controlled(RtpPacket packet, InetSocketAddress from) {
        InetSocketAddress known = latch.target();
        if (known != null && known.getAddress().equals(from.getAddress()) && packet.isControl()) {
            if (controlPath.muxed() || !from.equals(controlPath.learned())) {
                controlPath = new ControlPath(controlPath.named(), from, false);
            }
            control.take(packet);
        }
    }

    private void controlledBesideRtp(RtpPacket packet) {
        if (!controlPath.muxed()) {
            controlPath = new ControlPath(controlPath.named(), null, true);
        }
        control.take(packet);
    }

    private void send(RtpPacket packet) {
        InetSocketAddress to = latch.target();
        if (to != null) {
            shard.send(pair.rtp(), packet, to);
        }
    }

    private void received(RtpPacket packet, InetSocketAddress from) {
        if (packet.isControl()) {
            if (from.equals(latch.target())) {
                controlledBesideRtp(packet);
            }
        } else if (packet.isWellFormed() && latch.hears(from, packet.arrival())) {
            sink.take(packet);
        }
    }
}
