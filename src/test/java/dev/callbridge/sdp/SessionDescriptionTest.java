package dev.callbridge.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.callbridge.sdp.WebRtcTransport.Setup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionDescriptionTest {

    private static final String TRUNK = """
            v=0
            o=FreeSWITCH 1767225600 1767225601 IN IP4 192.0.2.10
            s=FreeSWITCH
            i=ignored
            c=IN IP4 media.carrier.example
            t=0 0
            m=audio 30000 RTP/AVP 8 0 101
            a=RTPMAP:101 Telephone-Event/8000
            a=fmtp:101 0-16
            a=SendOnly
            x=unknown""";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chromium-156-offer.sdp",
                "firefox-153-offer.sdp",
                "matrix-js-sdk-43-offer.sdp",
                "matrix-js-sdk-43-answer.sdp",
                "matrix-js-sdk-43-mdns-offer.sdp",
                "nheko-0.11-offer.sdp",
                "nheko-0.11-answer.sdp"
            })
    void readsWhatClientsSendAndWritesItSoThatItReadsTheSame(String name) {
        SessionDescription read = Fixtures.read(name);

        assertThat(read.audioPort()).isPresent();
        assertThat(WebRtcTransport.of(read)).isPresent();
        assertThat(Fixtures.parsed(read.text())).isEqualTo(read);
        assertThat(read.text()).endsWith("\r\n").doesNotContain("\r\n\r\n");
    }

    /// Or a line of some thousand numbers would cost as many searches in some thousand lines.
    @Test
    void aPayloadTypeThatIsListedTwiceCountsOnce() throws SdpException {
        var description = SessionDescription.parse("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nm=audio 9 RTP/AVP 8 08 0 8\r\n");

        assertThat(description.audio().orElseThrow().payloadTypes())
                .extracting(PayloadType::number)
                .containsExactly(8, 0);
    }

    @Test
    void toleratesWhatTrunksWrite() {
        SessionDescription read = Fixtures.parsed(TRUNK);

        assertThat(read.audioConnection()).contains(new Connection("IP4", "media.carrier.example"));
        assertThat(read.audioPort()).contains(30000);
        assertThat(read.audioDirection()).contains(Direction.SENDONLY);
        AudioFormats formats = AudioFormats.of(read.audio().orElseThrow());
        assertThat(formats.codecs().keySet()).containsExactly(AudioCodec.PCMA, AudioCodec.PCMU);
        assertThat(formats.telephoneEvent()).isEqualTo(101);
    }

    @Test
    void findsFingerprintAndDirectionOfTheSessionInAFirefoxOffer() {
        SessionDescription firefox = Fixtures.read("firefox-153-offer.sdp");

        WebRtcTransport transport = WebRtcTransport.of(firefox).orElseThrow();
        assertThat(transport.fingerprint()).startsWith("24:17:E9:9A").hasSize(95);
        assertThat(transport.setup()).isEqualTo(Setup.ACTPASS);
        assertThat(firefox.audioDirection()).contains(Direction.SENDRECV);
        assertThat(firefox.streamId()).contains("{1d6350c1-05db-459e-b09d-957c1bf1e945}");
        assertThat(AudioFormats.of(firefox.audio().orElseThrow()).codecs().keySet())
                .containsExactly(AudioCodec.G722, AudioCodec.PCMU, AudioCodec.PCMA);
    }

    @Test
    void findsTheStreamThatNhekoNamesBesideItsSource() {
        SessionDescription nheko = Fixtures.read("nheko-0.11-offer.sdp");

        assertThat(nheko.streamId()).contains("user2467298648@host-a397ae38");
        assertThat(AudioFormats.of(nheko.audio().orElseThrow()).isEmpty()).isTrue();
    }

    @Test
    void takesAnUnspecifiedAddressForHold() {
        SessionDescription held = Fixtures.parsed(
                TRUNK.replace("media.carrier.example", "0.0.0.0").replace("a=SendOnly\n", ""));

        assertThat(held.audioDirection()).contains(Direction.SENDONLY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "v=0\r\ns=-\r\n",
                "v=0\r\no=- 1\r\n",
                "v=0\r\no=- 1 x IN IP4 127.0.0.1\r\n",
                "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\nm=audio\r\n",
                "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\nm=audio 70000 RTP/AVP 0\r\n",
                "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\nc=IN\r\n"
            })
    void refusesNonsense(String text) {
        assertThatThrownBy(() -> SessionDescription.parse(text)).isInstanceOf(SdpException.class);
    }

    @Test
    void refusesWhatIsTooLongForAnHonestDescription() {
        assertThatThrownBy(() -> SessionDescription.parse(TRUNK + "\na=x".repeat(3000)))
                .isInstanceOf(SdpException.class);
        assertThatThrownBy(() -> SessionDescription.parse(TRUNK + "\na=" + "x".repeat(70_000)))
                .isInstanceOf(SdpException.class);
    }

    @Test
    void countsItsVersionUpOnlyWhenItChanges() {
        SessionDescription first = Fixtures.parsed(TRUNK);
        SessionDescription held = Fixtures.parsed(TRUNK.replace("SendOnly", "inactive"));

        assertThat(first.following(first)).isEqualTo(first);
        assertThat(held.following(first).origin().version())
                .isEqualTo(first.origin().version() + 1);
        assertThat(held.following(first).origin().sessionId())
                .isEqualTo(first.origin().sessionId());
    }

    @Test
    void saysNothingOfItsContentsInLogs() {
        assertThat(Fixtures.read("chromium-156-offer.sdp").toString()).isEqualTo("SessionDescription[audio:35232]");
    }
}
