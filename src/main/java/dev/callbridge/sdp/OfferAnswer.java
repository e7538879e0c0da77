package dev.callbridge.sdp;

import dev.callbridge.sdp.WebRtcTransport.Setup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// Writes our side of offer and answer (RFC 3264): RTP as trunks want it, and what WebRTC wants (RFC 8829). Nothing
/// of the other leg's description is copied but codecs and direction.
public final class OfferAnswer {

    /// The number of telephone events in our offers to trunks; what most of them use themselves.
    public static final int TRUNK_EVENT = 101;

    /// The number of telephone events in our WebRTC offers; what browsers use themselves.
    public static final int WEBRTC_EVENT = 126;

    private static final String PLAIN = "RTP/AVP";
    private static final String SECURED = "RTP/SAVP";
    private static final String WEBRTC = "UDP/TLS/RTP/SAVPF";
    private static final String ONLY_MID = "0";

    private OfferAnswer() {}

    public static SessionDescription plainOffer(OwnRtp own, AudioFormats formats, Direction direction) {
        return plain(own, List.of(plainAudio(own, own.insisting() ? SECURED : PLAIN, false, formats, direction)));
    }

    /// Offers anew what `previous` of ours described: the same sections in the same order (RFC 3264 §8).
    public static SessionDescription plainOffer(
            OwnRtp own, SessionDescription previous, AudioFormats formats, Direction direction) {
        return plain(
                own,
                sections(
                        previous,
                        audio -> plainAudio(own, audio.protocol(), audio.has("rtcp-mux"), formats, direction)));
    }

    /// Takes the first audio section of `offer` and refuses all others.
    ///
    /// @param formats by the numbers that the offer uses
    /// @param wanted what the other leg allows; the offer may allow less
    public static SessionDescription plainAnswer(
            OwnRtp own, SessionDescription offer, AudioFormats formats, Direction wanted) {
        Direction direction = answered(offer, wanted);
        return plain(
                own,
                sections(offer, audio -> plainAudio(own, audio.protocol(), audio.has("rtcp-mux"), formats, direction)));
    }

    public static SessionDescription webRtcOffer(OwnWebRtc own, AudioFormats formats, Direction direction) {
        return webRtc(
                own,
                Optional.of(ONLY_MID),
                List.of(webRtcAudio(own, WEBRTC, Optional.of(ONLY_MID), Setup.ACTPASS, formats, direction)));
    }

    /// Offers anew what `previous` of ours described: the same sections by the same names in the same order (RFC 3264
    /// §8, RFC 8829 §5.2.2).
    public static SessionDescription webRtcOffer(
            OwnWebRtc own, SessionDescription previous, AudioFormats formats, Direction direction) {
        Optional<String> mid = previous.audio().flatMap(section -> section.value("mid"));
        List<MediaDescription> sections =
                sections(previous, audio -> webRtcAudio(own, audio.protocol(), mid, Setup.ACTPASS, formats, direction));
        return webRtc(own, mid.filter(id -> isBundled(previous, id)), sections);
    }

    /// Takes the first audio section of `offer` and refuses all others.
    ///
    /// @param formats by the numbers that the offer uses
    /// @param wanted what the other leg allows; the offer may allow less
    /// @param offered what the offer says about its transport
    public static SessionDescription webRtcAnswer(
            OwnWebRtc own, SessionDescription offer, WebRtcTransport offered, AudioFormats formats, Direction wanted) {
        Direction direction = answered(offer, wanted);
        Setup setup = offered.setup().answered();
        Optional<String> mid = offer.audio().flatMap(section -> section.value("mid"));
        List<MediaDescription> sections =
                sections(offer, audio -> webRtcAudio(own, audio.protocol(), mid, setup, formats, direction));
        return webRtc(own, mid.filter(id -> isBundled(offer, id)), sections);
    }

    /// As many sections as `like` has, in the same order (RFC 3264 §6).
    private static List<MediaDescription> sections(SessionDescription like, UnaryOperator<MediaDescription> audio) {
        int taken = like.audio().map(like.media()::indexOf).orElse(-1);
        return IntStream.range(0, like.media().size())
                .mapToObj(i -> i == taken
                        ? audio.apply(like.media().get(i))
                        : refused(like.media().get(i)))
                .toList();
    }

    private static Direction answered(SessionDescription offer, Direction wanted) {
        return offer.audioDirection().orElse(Direction.SENDRECV).mirrored().and(wanted);
    }

    private static boolean isBundled(SessionDescription offer, String mid) {
        return offer.attributes().stream()
                .filter(attribute -> attribute.named("group"))
                .flatMap(attribute -> Optional.ofNullable(attribute.value()).stream())
                .map(value -> List.of(value.split("\\s+", -1)))
                .anyMatch(words -> words.getFirst().equalsIgnoreCase("BUNDLE") && words.contains(mid));
    }

    private static SessionDescription plain(OwnRtp own, List<MediaDescription> sections) {
        return new SessionDescription(own.origin(), Connection.to(own.address()), List.of(), sections);
    }

    /// @param muxed whether RTCP goes beside RTP (RFC 5761): a trunk that offers that gets it
    private static MediaDescription plainAudio(
            OwnRtp own, String protocol, boolean muxed, AudioFormats formats, Direction direction) {
        List<Attribute> attributes = new ArrayList<>(formats.attributes());
        own.keys().forEach(key -> attributes.add(key.attribute()));
        if (muxed) {
            attributes.add(Attribute.flag("rtcp-mux"));
        }
        attributes.add(Attribute.flag(direction.attribute()));
        return new MediaDescription("audio", own.port(), protocol, formats.numbers(), null, attributes);
    }

    private static SessionDescription webRtc(OwnWebRtc own, Optional<String> bundled, List<MediaDescription> sections) {
        List<Attribute> attributes = new ArrayList<>();
        bundled.ifPresent(mid -> attributes.add(Attribute.of("group", "BUNDLE " + mid)));
        attributes.add(Attribute.of("msid-semantic", " WMS " + own.source().stream()));
        return new SessionDescription(own.origin(), null, attributes, sections);
    }

    private static MediaDescription webRtcAudio(
            OwnWebRtc own,
            String protocol,
            Optional<String> mid,
            Setup setup,
            AudioFormats formats,
            Direction direction) {
        String ssrc = Integer.toUnsignedString(own.source().ssrc());
        String msid = own.source().stream() + " " + own.source().track();
        List<Attribute> attributes = new ArrayList<>();
        mid.ifPresent(id -> attributes.add(Attribute.of("mid", id)));
        attributes.add(Attribute.flag(direction.attribute()));
        attributes.add(Attribute.flag("rtcp-mux"));
        attributes.add(Attribute.of("ice-ufrag", own.ufrag()));
        attributes.add(Attribute.of("ice-pwd", own.password()));
        attributes.add(Attribute.of("ice-options", "trickle"));
        attributes.add(Attribute.of("fingerprint", "sha-256 " + own.fingerprint()));
        attributes.add(Attribute.of("setup", setup.attribute()));
        attributes.addAll(formats.attributes());
        attributes.add(Attribute.of("msid", msid));
        attributes.add(Attribute.of("ssrc", ssrc + " cname:" + own.source().cname()));
        attributes.add(Attribute.of("ssrc", ssrc + " msid:" + msid));
        own.candidates().forEach(candidate -> attributes.add(Attribute.of("candidate", candidate.attribute())));
        attributes.add(Attribute.flag("end-of-candidates"));
        // Port and address are left to ICE (RFC 8840 §4.1.1).
        return new MediaDescription(
                "audio", 9, protocol, formats.numbers(), new Connection("IP4", "0.0.0.0"), attributes);
    }

    /// Same kind, protocol and formats, port 0 (RFC 3264 §6); its name stays, its group does not (RFC 9143 §7.3.3).
    private static MediaDescription refused(MediaDescription offered) {
        List<Attribute> attributes = new ArrayList<>();
        offered.value("mid").ifPresent(mid -> attributes.add(Attribute.of("mid", mid)));
        attributes.add(Attribute.flag(Direction.INACTIVE.attribute()));
        return new MediaDescription(
                offered.kind(), 0, offered.protocol(), offered.formats(), new Connection("IP4", "0.0.0.0"), attributes);
    }
}
