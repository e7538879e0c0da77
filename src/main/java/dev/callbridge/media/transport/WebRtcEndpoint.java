package dev.callbridge.media.transport;

import dev.callbridge.bridge.Ids;
import dev.callbridge.call.Candidates;
import dev.callbridge.media.rtp.RtpPacket;
import dev.callbridge.media.rtp.RtpSink;
import dev.callbridge.sdp.AudioFormats;
import dev.callbridge.sdp.Candidate;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.OfferAnswer;
import dev.callbridge.sdp.Origin;
import dev.callbridge.sdp.OwnWebRtc;
import dev.callbridge.sdp.SessionDescription;
import dev.callbridge.sdp.WebRtcTransport;
import dev.callbridge.sdp.WebRtcTransport.Setup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sound of a WebRTC leg: ICE finds the way, DTLS the keys, SRTP carries the packets.
///
/// A peer that offers with other ICE credentials than before restarts ICE, one with another fingerprint gets another
/// DTLS association; both go on with what they had until the new is there. Our own offers change neither.
public final class WebRtcEndpoint implements Endpoint {

    private static final Logger log = LoggerFactory.getLogger(WebRtcEndpoint.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final WebRtcShard home;
    private final Listener listener;
    private final DtlsIdentity identity;
    private final @Nullable RelayPort relay;
    private final List<IcePort> ports;
    private final IcePath path;
    private final Origin origin = Origin.first(Long.toString(RANDOM.nextLong(1, Long.MAX_VALUE)), "0.0.0.0");
    private final OwnWebRtc.MediaSource source =
            new OwnWebRtc.MediaSource(RANDOM.nextInt(), Ids.random(16), Ids.random(24), Ids.random(24));
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean wasReady = new AtomicBoolean();
    private final Voices voices = new Voices();
    private volatile DtlsAssociation dtls;
    /// As it was met last; written on the call's thread.
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
    /// @param relay of this leg alone
    WebRtcEndpoint(
            WebRtcShard home,
            DtlsIdentity identity,
            boolean controlling,
            Listener listener,
            @Nullable RelayPort relay) {
        this.home = home;
        this.listener = listener;
        this.identity = identity;
        dtls = association();
        this.relay = relay;
        ports = Stream.<IcePort>concat(home.ports().stream(), Stream.ofNullable(relay))
                .toList();
        path = new IcePath(ports, home.desk(), controlling, new Paths());
    }

    private DtlsAssociation association() {
        return new DtlsAssociation(identity, this::sendDtls, new Secured());
    }

    private OwnWebRtc own() {
        IceCredentials ice = path.local();
        return new OwnWebRtc(
                origin, ice.fragment(), ice.password(), identity.fingerprint(), home.candidates(relay), source);
    }

    @Override
    public boolean fits(SessionDescription description) {
        return WebRtcTransport.of(description).isPresent();
    }

    @Override
    public SessionDescription offer(AudioFormats formats, Direction direction) {
        OwnWebRtc own = own();
        return said.next(said.last()
                .map(last -> OfferAnswer.webRtcOffer(own, last, formats, direction))
                .orElseGet(() -> OfferAnswer.webRtcOffer(own, formats, direction)));
    }

    @Override
    public SessionDescription answer(SessionDescription offer, AudioFormats formats, Direction direction) {
        WebRtcTransport offered = WebRtcTransport.of(offer).orElseThrow();
        return said.next(OfferAnswer.webRtcAnswer(own(), offer, withRole(offered), formats, direction));
    }

    /// An association that stays keeps its roles, whatever the offer leaves us (RFC 8842 §5.5).
    private WebRtcTransport withRole(WebRtcTransport offered) {
        if (peer == null) {
            return offered;
        }
        Setup theirs = opensHandshake ? Setup.PASSIVE : Setup.ACTIVE;
        return new WebRtcTransport(offered.ufrag(), offered.password(), offered.fingerprint(), theirs);
    }

    @Override
    public boolean meet(SessionDescription description, boolean answered) {
        WebRtcTransport theirs = WebRtcTransport.of(description).orElseThrow();
        WebRtcTransport before = peer;
        boolean otherKeys = before != null && !before.fingerprint().equals(theirs.fingerprint());
        boolean restarts = before != null && !answered && !ice(before).equals(ice(theirs));
        if (before == null || otherKeys) {
            // We offer actpass and answer active, unless the peer leaves us no choice (RFC 8842 §5).
            opensHandshake = answered ? theirs.setup() == Setup.PASSIVE : theirs.setup() != Setup.ACTIVE;
        }
        // To an offer of ours, which is no restart, nobody may answer with one (RFC 8839 §4.4.3).
        WebRtcTransport known = before == null || restarts
                ? theirs
                : new WebRtcTransport(before.ufrag(), before.password(), theirs.fingerprint(), theirs.setup());
        peer = known;
        if (otherKeys) {
            log.debug("the peer has another certificate");
            dtls.abandon();
            dtls = association();
        }
        home.shard().execute(() -> voices.choose(known.ufrag()).forEach(dtls::received));
        if (before == null) {
            path.start(ice(known));
        } else if (restarts) {
            log.debug("the peer restarts ICE");
            path.restart(ice(known));
        }
        permit(description.audio().stream().flatMap(audio -> audio.values("candidate")));
        startDtls();
        return true;
    }

    @Override
    public void trickle(Candidates candidates) {
        permit(candidates.lines().stream());
    }

    /// A relay lets nobody through who was not named to it.
    private void permit(Stream<String> candidates) {
        if (relay != null) {
            candidates
                    .flatMap(line -> Candidate.address(line).stream())
                    .flatMap(WebRtcEndpoint::address)
                    .forEach(relay::permit);
        }
    }

    private static Stream<InetAddress> address(String written) {
        try {
            return Stream.of(InetAddress.ofLiteral(written));
        } catch (IllegalArgumentException _) {
            return Stream.empty();
        }
    }

    private static IceCredentials ice(WebRtcTransport transport) {
        return new IceCredentials(transport.ufrag(), transport.password());
    }

    private void startDtls() {
        WebRtcTransport theirs = peer;
        if (theirs != null && path.route() != null) {
            dtls.start(opensHandshake, theirs.fingerprint());
        }
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
        return source.ssrc();
    }

    /// Whether nothing may be sent, since there is no way to the peer or it has not agreed for too long.
    boolean isSilenced() {
        return path.route() == null;
    }

    @Override
    public String cname() {
        return source.cname();
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
                path.close();
                if (relay != null) {
                    relay.close();
                }
            }
        }
    }

    private void forget() {
        over = true;
        ports.forEach(port -> port.forget(this));
        SrtpTransform keys = srtp;
        if (keys != null) {
            log.debug("{} packets failed the SRTP check", keys.refused());
            keys.close();
            srtp = null;
        }
    }

    /// On the shard's thread.
    ///
    /// @param fragment what the sender calls itself
    void dtls(byte[] record, String fragment) {
        if (voices.mayPass(record, fragment)) {
            dtls.received(record);
        }
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
        IceLeg.Route way = path.route();
        if (keys != null && way != null && keys.protectControl(packet)) {
            way.port().send(packet, way.remote());
        }
    }

    private void protect(RtpPacket packet) {
        SrtpTransform keys = srtp;
        IceLeg.Route way = path.route();
        if (keys != null && way != null && keys.protect(packet)) {
            way.port().send(packet, way.remote());
        }
    }

    private void sendDtls(byte[] dtlsRecord, int offset, int length) {
        IceLeg.Route way = path.route();
        if (way != null) {
            try {
                way.port().send(dtlsRecord, offset, length, way.remote());
            } catch (IOException e) {
                log.debug("DTLS record not sent", e);
            }
        }
    }

    /// On threads of ICE.
    private final class Paths implements IcePath.Listener {

        @Override
        public void reachable() {
            startDtls();
        }

        @Override
        public void lost() {
            listener.lost();
        }

        @Override
        public void checked(IcePort port, InetSocketAddress remote, String fragment) {
            home.shard().execute(() -> {
                if (!over) {
                    port.admit(remote, WebRtcEndpoint.this, fragment);
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
                if (over) {
                    transform.close();
                    return;
                }
                SrtpTransform before = srtp;
                srtp = transform;
                if (before != null) {
                    before.close();
                }
                if (wasReady.compareAndSet(false, true)) {
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
