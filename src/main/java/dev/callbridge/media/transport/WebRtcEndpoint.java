package dev.callbridge.media.transport;

import dev.callbridge.bridge.Ids;
import dev.callbridge.media.rtp.RtpPacket;
import dev.callbridge.media.rtp.RtpSink;
import dev.callbridge.sdp.AudioFormats;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.OfferAnswer;
import dev.callbridge.sdp.Origin;
import dev.callbridge.sdp.OwnWebRtc;
import dev.callbridge.sdp.SessionDescription;
import dev.callbridge.sdp.WebRtcTransport;
import dev.callbridge.sdp.WebRtcTransport.Setup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sound of a WebRTC leg: ICE finds the way, DTLS the keys, SRTP carries the packets.
public final class WebRtcEndpoint implements Endpoint {

    private static final Logger log = LoggerFactory.getLogger(WebRtcEndpoint.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final WebRtcShard home;
    private final Listener listener;
    private final IceLeg ice;
    private final DtlsAssociation dtls;
    private final OwnWebRtc own;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile IceLeg.@Nullable Route route;
    private volatile @Nullable WebRtcTransport peer;
    private volatile boolean opensHandshake;
    /// Of the call's thread.
    private final Said said = new Said();
    /// Of the shard's thread.
    private @Nullable SrtpTransform srtp;
    private RtpSink sink = RtpSink.NOWHERE;
    private RtpSink control = RtpSink.NOWHERE;
    private boolean over;

    /// @param controlling whether we make the offer
    WebRtcEndpoint(WebRtcShard home, DtlsIdentity identity, boolean controlling, Listener listener) {
        this.home = home;
        this.listener = listener;
        dtls = new DtlsAssociation(identity, this::sendDtls, new Secured());
        ice = new IceLeg(home.ports(), home.desk(), controlling, new Paths());
        own = new OwnWebRtc(
                Origin.first(Long.toString(RANDOM.nextLong(1, Long.MAX_VALUE)), "0.0.0.0"),
                ice.localFragment(),
                ice.localPassword(),
                identity.fingerprint(),
                home.candidates(),
                new OwnWebRtc.MediaSource(RANDOM.nextInt(), Ids.random(16), Ids.random(24), Ids.random(24)));
    }

    @Override
    public boolean fits(SessionDescription description) {
        return WebRtcTransport.of(description).isPresent();
    }

    @Override
    public SessionDescription offer(AudioFormats formats, Direction direction) {
        return said.next(said.last()
                .map(last -> OfferAnswer.webRtcOffer(own, last, formats, direction))
                .orElseGet(() -> OfferAnswer.webRtcOffer(own, formats, direction)));
    }

    @Override
    public SessionDescription answer(SessionDescription offer, AudioFormats formats, Direction direction) {
        WebRtcTransport offered = WebRtcTransport.of(offer).orElseThrow();
        return said.next(OfferAnswer.webRtcAnswer(own, offer, offered, formats, direction));
    }

    @Override
    public boolean meet(SessionDescription description, boolean answered) {
        WebRtcTransport theirs = WebRtcTransport.of(description).orElseThrow();
        // We offer actpass and answer active, unless the peer leaves us no choice (RFC 8842 §5).
        opensHandshake = answered ? theirs.setup() == Setup.PASSIVE : theirs.setup() != Setup.ACTIVE;
        peer = theirs;
        ice.start(theirs.ufrag(), theirs.password());
        if (route != null) {
            startDtls(theirs);
        }
        return true;
    }

    private void startDtls(WebRtcTransport theirs) {
        dtls.start(opensHandshake, theirs.fingerprint());
    }

    @Override
    public void hear(RtpSink newSink) {
        sink = newSink;
    }

    @Override
    public RtpSink speak() {
        return this::protect;
    }

    @Override
    public int ssrc() {
        return own.source().ssrc();
    }

    @Override
    public String cname() {
        return own.source().cname();
    }

    @Override
    public void hearControl(RtpSink newSink) {
        control = newSink;
    }

    @Override
    public RtpSink speakControl() {
        return this::protectControl;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            home.shard().execute(this::forget);
            try {
                dtls.release();
            } finally {
                ice.free();
            }
        }
    }

    private void forget() {
        over = true;
        home.ports().forEach(port -> port.forget(this));
        SrtpTransform keys = srtp;
        if (keys != null) {
            log.debug("{} packets failed the SRTP check", keys.refused());
            keys.close();
            srtp = null;
        }
    }

    /// On the shard's thread.
    void dtls(byte[] record) {
        dtls.received(record);
    }

    /// On the shard's thread.
    void srtp(RtpPacket packet) {
        SrtpTransform keys = srtp;
        if (keys != null && packet.hasHeader() && keys.unprotect(packet) && packet.isWellFormed()) {
            sink.take(packet);
        }
    }

    /// On the shard's thread.
    void srtcp(RtpPacket packet) {
        SrtpTransform keys = srtp;
        if (keys != null && keys.unprotectControl(packet)) {
            control.take(packet);
        }
    }

    private void protectControl(RtpPacket packet) {
        SrtpTransform keys = srtp;
        IceLeg.Route way = route;
        if (keys != null && way != null && keys.protectControl(packet)) {
            way.port().send(packet, way.remote());
        }
    }

    private void protect(RtpPacket packet) {
        SrtpTransform keys = srtp;
        IceLeg.Route way = route;
        if (keys != null && way != null && keys.protect(packet)) {
            way.port().send(packet, way.remote());
        }
    }

    private void sendDtls(byte[] dtlsRecord, int offset, int length) {
        IceLeg.Route way = route;
        if (way != null) {
            try {
                way.port().send(dtlsRecord, offset, length, way.remote());
            } catch (IOException e) {
                log.debug("DTLS record not sent", e);
            }
        }
    }

    /// On threads of ICE.
    private final class Paths implements IceLeg.Listener {

        @Override
        public void reachable(IceLeg.Route newRoute) {
            route = newRoute;
            WebRtcTransport theirs = peer;
            if (theirs != null) {
                startDtls(theirs);
            }
        }

        @Override
        public void unreachable() {
            // Without the peer's consent nothing more is sent (RFC 7675 §5.1).
            route = null;
            listener.lost();
        }

        @Override
        public void checked(WebRtcPort port, InetSocketAddress remote) {
            home.shard().execute(() -> {
                if (!over) {
                    port.admit(remote, WebRtcEndpoint.this);
                }
            });
        }
    }

    /// On the thread of DTLS.
    private final class Secured implements DtlsAssociation.Listener {

        @Override
        public void secured(SrtpKeys keys) {
            var transform = new SrtpTransform(keys, ssrc());
            home.shard().execute(() -> {
                if (!over) {
                    srtp = transform;
                    listener.ready();
                }
            });
        }

        @Override
        public void closed() {
            listener.closed();
        }

        @Override
        public void failed() {
            listener.lost();
        }
    }
}
