package dev.callbridge.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OfferAnswerTest {

    private static final OwnRtp TRUNK_SIDE = new OwnRtp(Origin.first("7", "192.0.2.7"), "192.0.2.7", 20000);
    private static final OwnWebRtc BROWSER_SIDE = new OwnWebRtc(
            Origin.first("8", "0.0.0.0"),
            "ufrag",
            "password-of-some-length",
            "AA:BB",
            List.of(
                    new Candidate("h1", 2130706431, "192.0.2.7", 10000, null),
                    new Candidate("s1", 1694498815, "203.0.113.7", 10000, new Candidate.Base("192.0.2.7", 10000))),
            new OwnWebRtc.MediaSource(-1, "cname", "stream", "track"));

    private static AudioFormats formats(@Nullable Integer event, AudioCodec... codecs) {
        SequencedMap<AudioCodec, Integer> numbers = new LinkedHashMap<>();
        for (AudioCodec codec : codecs) {
            numbers.put(codec, codec.payloadType());
        }
        return new AudioFormats(numbers, event);
    }

    @Test
    void offersTrunksPlainRtp() {
        SessionDescription offer =
                OfferAnswer.plainOffer(TRUNK_SIDE, formats(101, AudioCodec.PCMA, AudioCodec.PCMU), Direction.SENDRECV);

        assertThat(offer.text()).isEqualTo("""
                        v=0
                        o=- 7 1 IN IP4 192.0.2.7
                        s=-
                        c=IN IP4 192.0.2.7
                        t=0 0
                        m=audio 20000 RTP/AVP 8 0 101
                        a=rtpmap:8 PCMA/8000
                        a=rtpmap:0 PCMU/8000
                        a=rtpmap:101 telephone-event/8000
                        a=fmtp:101 0-15
                        a=ptime:20
                        a=sendrecv
                        """.replace("\n", "\r\n"));
    }

    @Test
    void answersABrowserWithWhatItInsistsOn() {
        SessionDescription offer = Fixtures.read("chromium-156-offer.sdp");

        SessionDescription answer = answer(offer);

        assertThat(answer.text()).isEqualTo("""
                        v=0
                        o=- 8 1 IN IP4 0.0.0.0
                        s=-
                        t=0 0
                        a=group:BUNDLE 0
                        a=msid-semantic: WMS stream
                        m=audio 9 UDP/TLS/RTP/SAVPF 8 126
                        c=IN IP4 0.0.0.0
                        a=mid:0
                        a=sendrecv
                        a=rtcp-mux
                        a=ice-ufrag:ufrag
                        a=ice-pwd:password-of-some-length
                        a=ice-options:trickle
                        a=fingerprint:sha-256 AA:BB
                        a=setup:active
                        a=rtpmap:8 PCMA/8000
                        a=rtpmap:126 telephone-event/8000
                        a=fmtp:126 0-15
                        a=ptime:20
                        a=msid:stream track
                        a=ssrc:4294967295 cname:cname
                        a=ssrc:4294967295 msid:stream track
                        a=candidate:h1 1 udp 2130706431 192.0.2.7 10000 typ host
                        a=candidate:s1 1 udp 1694498815 203.0.113.7 10000 typ srflx raddr 192.0.2.7 rport 10000
                        a=end-of-candidates
                        """.replace("\n", "\r\n"));
        assertThat(answer.streamId()).contains("stream");
    }

    private static SessionDescription answer(SessionDescription offer) {
        return OfferAnswer.webRtcAnswer(
                BROWSER_SIDE,
                offer,
                WebRtcTransport.of(offer).orElseThrow(),
                formats(126, AudioCodec.PCMA),
                Direction.SENDRECV);
    }

    @Test
    void refusesVideoAndLeavesItOutOfTheBundle() {
        String video = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=rtpmap:96 VP8/90000\r\n";
        SessionDescription offer =
                Fixtures.parsed(Fixtures.text("chromium-156-offer.sdp").replace("BUNDLE 0", "BUNDLE 0 1") + video);

        SessionDescription answer = answer(offer);

        assertThat(answer.media()).hasSize(2);
        assertThat(answer.media().get(1).port()).isZero();
        assertThat(answer.media().get(1).formats()).containsExactly("96");
        assertThat(answer.media().get(1).value("mid")).contains("1");
        assertThat(answer.text()).contains("a=group:BUNDLE 0\r\n");
    }

    @Test
    void mirrorsTheDirectionThatWasOffered() {
        SessionDescription offer =
                Fixtures.parsed(Fixtures.text("chromium-156-offer.sdp").replace("a=sendrecv", "a=sendonly"));

        assertThat(answer(offer).audioDirection()).contains(Direction.RECVONLY);
    }

    @Test
    void waitsForTheHandshakeOfABrowserThatInsistsOnOpeningIt() {
        SessionDescription offer =
                Fixtures.parsed(Fixtures.text("chromium-156-offer.sdp").replace("a=setup:actpass", "a=setup:active"));

        assertThat(WebRtcTransport.of(answer(offer)).orElseThrow().setup()).isEqualTo(WebRtcTransport.Setup.PASSIVE);
    }

    @Test
    void offersBrowsersTheChoiceOfWhoOpensTheHandshake() {
        SessionDescription offer =
                OfferAnswer.webRtcOffer(BROWSER_SIDE, formats(126, AudioCodec.PCMU), Direction.SENDRECV);

        assertThat(WebRtcTransport.of(offer).orElseThrow().setup()).isEqualTo(WebRtcTransport.Setup.ACTPASS);
        assertThat(offer.text()).contains("a=group:BUNDLE 0\r\n").contains("a=mid:0\r\n");
    }

    @Test
    void mapsPayloadTypeNumbersOfOneSideToThoseOfTheOther() {
        AudioFormats here = formats(126, AudioCodec.PCMA, AudioCodec.G722);
        AudioFormats there = formats(101, AudioCodec.G722);

        assertThat(here.mappedTo(there)).containsOnly(java.util.Map.entry(9, 9), java.util.Map.entry(126, 101));
        assertThat(here.commonWith(formats(null, AudioCodec.G722)).telephoneEvent())
                .isNull();
    }
}
