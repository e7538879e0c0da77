package dev.callbridge.media.transport;

import dev.callbridge.bridge.Addresses;
import dev.callbridge.bridge.Ids;
import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.call.Candidates;
import dev.callbridge.media.rtp.RtpPacket;
import dev.callbridge.media.rtp.RtpSink;
import dev.callbridge.sdp.AudioFormats;
import dev.callbridge.sdp.Connection;
import dev.callbridge.sdp.Crypto;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.OfferAnswer;
import dev.callbridge.sdp.Origin;
import dev.callbridge.sdp.OwnRtp;
import dev.callbridge.sdp.SessionDescription;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sound of a leg to a trunk: RTP (RFC 3550), plain or encrypted by [Sdes]. Who is heard, and where is sent to, is
/// [Latch]'s matter.
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
    private final Sdes sdes;
    private boolean met;
    /// Of the shard's thread.
    private final Latch latch;
    private final ControlPath controlPath = new ControlPath();
    private @Nullable SrtpTransform sender;
    private @Nullable SrtpTransform receiver;
    private RtpSink sink = RtpSink.NOWHERE;
    private RtpSink control = RtpSink.NOWHERE;

    private RtpEndpoint(Shard shard, RtpPair pair, String address, Latch latch, Sdes sdes, Listener listener) {
        this.shard = shard;
        this.pair = pair;
        this.latch = latch;
        this.sdes = sdes;
        this.listener = listener;
        this.own = new OwnRtp(
                Origin.first(Long.toString(RANDOM.nextLong(1, Long.MAX_VALUE)), address),
                address,
                pair.address().getPort(),
                List.of(),
                sdes.insisting());
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
        String address = Addresses.text(mapped == null ? local : mapped);
        var latch = new Latch(profile.symmetric(), profile.signaling(), local);
        var sdes = new Sdes(profile.srtp());
        return RtpPair.open(pool, local).map(pair -> new RtpEndpoint(shard, pair, address, latch, sdes, listener));
    }

    @Override
    public boolean fits(SessionDescription description) {
        return sdes.fits(description);
    }

    @Override
    public SessionDescription offer(AudioFormats formats, Direction direction) {
        OwnRtp keyed = own.with(sdes.forOffer());
        return said.next(said.last()
                .map(last -> OfferAnswer.plainOffer(keyed, last, formats, direction))
                .orElseGet(() -> OfferAnswer.plainOffer(keyed, formats, direction)));
    }

    @Override
    public SessionDescription answer(SessionDescription offer, AudioFormats formats, Direction direction) {
        return said.next(OfferAnswer.plainAnswer(own.with(sdes.forAnswer()), offer, formats, direction));
    }

    @Override
    public boolean meet(SessionDescription description, boolean answered) {
        Optional<Sdes.Agreed> keys = sdes.read(description, answered);
        Connection connection = description.audioConnection().orElse(null);
        int port = description.audioPort().orElse(0);
        if (keys.isEmpty() || connection == null || port == 0) {
            return false;
        }
        if (connection.unspecified()) {
            shard.execute(latch::held);
        } else {
            InetSocketAddress named = resolved(connection, port);
            if (named == null) {
                return false;
            }
            int control = ControlPath.port(description);
            boolean muxed = isMuxed(description)
                    && (!answered || said.last().filter(RtpEndpoint::isMuxed).isPresent());
            shard.execute(() -> {
                latch.named(named, System.nanoTime());
                controlPath.named(control, muxed);
            });
        }
        secure(keys.get());
        met();
        return true;
    }

    /// Trunks have none.
    @Override
    public void trickle(Candidates candidates) {}

    private static boolean isMuxed(SessionDescription description) {
        return description.audio().filter(audio -> audio.has("rtcp-mux")).isPresent();
    }

    private @Nullable InetSocketAddress resolved(Connection connection, int port) {
        try {
            InetAddress host = InetAddress.getByName(connection.address());
            if (Addresses.areOfOneVersion(host, pair.address().getAddress())) {
                return new InetSocketAddress(host, port);
            }
            log.info("the trunk's media address is of another IP version than ours towards it");
        } catch (UnknownHostException _) {
            log.info("the trunk's media address can't be resolved");
        }
        return null;
    }

    /// A key that stays goes on counting packets; a new one begins anew (RFC 3711 §3.2.1).
    private void secure(Sdes.Agreed now) {
        Sdes.Agreed before = sdes.agreed();
        sdes.settle(now);
        Crypto ours = now.ours();
        Crypto theirs = now.theirs();
        if (!now.sendsLike(before)) {
            SrtpTransform next = ours == null ? null : new SrtpTransform(SrtpKeys.of(ours, ours), ssrc);
            shard.execute(() -> {
                close(sender);
                sender = next;
            });
        }
        if (!now.receivesLike(before)) {
            SrtpTransform next = theirs == null ? null : new SrtpTransform(SrtpKeys.of(theirs, theirs), ssrc);
            shard.execute(() -> {
                close(receiver);
                receiver = next;
            });
        }
    }

    private static void close(@Nullable SrtpTransform keys) {
        if (keys != null) {
            keys.close();
        }
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
        shard.execute(() -> {
            close(sender);
            close(receiver);
            sender = null;
            receiver = null;
            sink = RtpSink.NOWHERE;
        });
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
        InetSocketAddress rtp = latch.target();
        SrtpTransform keys = sender;
        if (rtp == null || (keys != null && !keys.protectControl(packet))) {
            return;
        }
        if (controlPath.isBesideRtp()) {
            shard.send(pair.rtp(), packet, rtp);
        } else {
            shard.send(pair.rtcp(), packet, controlPath.to(rtp));
        }
    }

    /// RTCP comes from the host that RTP goes to.
    private void controlled(RtpPacket packet, InetSocketAddress from) {
        InetSocketAddress rtp = latch.target();
        boolean known = rtp != null && rtp.getAddress().equals(from.getAddress());
        if (known && packet.isControl() && isGenuine(packet)) {
            controlPath.heard(from);
            control.take(packet);
        }
    }

    private boolean isGenuine(RtpPacket control) {
        SrtpTransform keys = receiver;
        return keys == null || keys.unprotectControl(control);
    }

    private void send(RtpPacket packet) {
        InetSocketAddress to = latch.target();
        SrtpTransform keys = sender;
        if (to != null && (keys == null || keys.protect(packet))) {
            shard.send(pair.rtp(), packet, to);
        }
    }

    /// Who can't prove itself changes nothing about where we send.
    private void received(RtpPacket packet, InetSocketAddress from) {
        if (packet.isControl()) {
            if (from.equals(latch.target()) && isGenuine(packet)) {
                controlPath.heardBesideRtp();
                control.take(packet);
            }
            return;
        }
        SrtpTransform keys = receiver;
        if (keys != null && !(packet.hasHeader() && keys.unprotect(packet))) {
            return;
        }
        if (packet.isWellFormed() && latch.hears(from, packet.arrival())) {
            sink.take(packet);
        }
    }
}
