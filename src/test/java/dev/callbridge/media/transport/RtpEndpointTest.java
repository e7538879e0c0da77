package dev.callbridge.media.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.MediaProfile.Srtp;
import dev.callbridge.bridge.MediaProfile.SymmetricRtp;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sdp.AudioFormats;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.SdpException;
import dev.callbridge.sdp.SessionDescription;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Two ends of ours, each the other's peer.
class RtpEndpointTest {

    private static final AudioFormats FORMATS = new AudioFormats(new LinkedHashMap<>(Map.of(AudioCodec.PCMA, 8)), null);

    private final Shard shard = new Shard(97);
    private final PortPool ports = new PortPool(44000, 44999, Duration.ZERO, System::nanoTime);
    private final List<RtpEndpoint> ends = new ArrayList<>();

    @AfterEach
    void stop() {
        ends.forEach(RtpEndpoint::close);
        shard.stop();
    }

    private RtpEndpoint end(String host, Srtp srtp) {
        var profile = new MediaProfile.PlainRtp(
                List.of(AudioCodec.PCMA), InetAddress.ofLiteral(host), null, null, SymmetricRtp.AUTO, srtp, true);
        RtpEndpoint end =
                RtpEndpoint.open(shard, ports, profile, null, new Deaf()).orElseThrow();
        ends.add(end);
        return end;
    }

    private static SessionDescription read(String text) {
        try {
            return SessionDescription.parse(text);
        } catch (SdpException e) {
            throw new AssertionError(e);
        }
    }

    private static SessionDescription agree(RtpEndpoint one, RtpEndpoint other) {
        SessionDescription offer = one.offer(FORMATS, Direction.SENDRECV);
        assertThat(other.fits(offer)).isTrue();
        assertThat(other.meet(offer, false)).isTrue();
        SessionDescription answer = other.answer(offer, FORMATS, Direction.SENDRECV);
        assertThat(one.fits(answer)).isTrue();
        assertThat(one.meet(answer, true)).isTrue();
        return answer;
    }

    /// Sends a packet every 20 ms, as a stream of its own.
    private static Beat voice(RtpEndpoint end, int firstSequence) {
        int[] sequence = {firstSequence};
        return (packet, now) -> {
            packet.received(12 + 160, now);
            byte[] bytes = packet.bytes();
            java.util.Arrays.fill(bytes, packet.offset(), packet.offset() + 172, (byte) 0x55);
            bytes[packet.offset()] = (byte) 0x80;
            bytes[packet.offset() + 1] = 8;
            packet.sequence(sequence[0]++ & 0xFFFF);
            packet.ssrc(end.ssrc());
            end.speak().take(packet);
        };
    }

    private static void assertReaches(AtomicInteger heard) {
        int before = heard.get();
        await().atMost(Duration.ofSeconds(5)).until(() -> heard.get() > before + 5);
    }

    private AtomicInteger ear(RtpEndpoint end) {
        var heard = new AtomicInteger();
        shard.execute(() -> end.hear(packet -> {
            if (packet.length() == 172 && packet.bytes()[packet.offset() + 100] == 0x55) {
                heard.incrementAndGet();
            }
        }));
        return heard;
    }

    @ParameterizedTest
    @CsvSource({
        "OFF, OFF, RTP/AVP, false",
        "OFF, OPTIONAL, RTP/AVP, false",
        "OPTIONAL, OFF, RTP/AVP, false",
        "OPTIONAL, OPTIONAL, RTP/AVP, true",
        "REQUIRED, OPTIONAL, RTP/SAVP, true",
        "OPTIONAL, REQUIRED, RTP/AVP, true",
        "REQUIRED, REQUIRED, RTP/SAVP, true"
    })
    void encryptsAsBothWant(Srtp offering, Srtp answering, String protocol, boolean encrypted) {
        RtpEndpoint one = end("127.0.0.1", offering);
        RtpEndpoint other = end("127.0.0.6", answering);

        SessionDescription answer = agree(one, other);

        assertThat(answer.text()).contains(" " + protocol + " ");
        assertThat(answer.text().contains("a=crypto:")).isEqualTo(encrypted);
        AtomicInteger atOne = ear(one);
        AtomicInteger atOther = ear(other);
        shard.join(voice(one, 1));
        shard.join(voice(other, 1));
        assertReaches(atOne);
        assertReaches(atOther);
    }

    @Test
    void theKeyThatStaysGoesOnWhereASequenceHasWrapped() {
        RtpEndpoint one = end("127.0.0.1", Srtp.REQUIRED);
        RtpEndpoint other = end("127.0.0.6", Srtp.REQUIRED);
        agree(one, other);
        AtomicInteger atOther = ear(other);
        shard.join(voice(one, 0xFFF0));
        await().atMost(Duration.ofSeconds(5)).until(() -> atOther.get() > 30);

        SessionDescription before = one.offer(FORMATS, Direction.SENDRECV);
        agree(one, other);

        assertThat(one.offer(FORMATS, Direction.SENDRECV)).isEqualTo(before);
        assertReaches(atOther);
    }

    @Test
    void aNewKeyOfThePeerTakesThePlaceOfTheOld() {
        RtpEndpoint one = end("127.0.0.1", Srtp.REQUIRED);
        RtpEndpoint other = end("127.0.0.6", Srtp.REQUIRED);
        SessionDescription first = agree(one, other);
        AtomicInteger atOne = ear(one);
        shard.join(voice(other, 1));
        assertReaches(atOne);
        String key = first.audio().orElseThrow().value("crypto").orElseThrow();

        SessionDescription rekeyed =
                read(first.text().replace(key, key.substring(0, 34) + "AAAAAAAA" + key.substring(42)));
        assertThat(one.meet(rekeyed, false)).isTrue();
        SessionDescription answer = one.answer(rekeyed, FORMATS, Direction.SENDRECV);

        assertThat(answer.audio().orElseThrow().value("crypto"))
                .isEqualTo(one.offer(FORMATS, Direction.SENDRECV)
                        .audio()
                        .orElseThrow()
                        .value("crypto"));
        await().atMost(Duration.ofSeconds(5)).during(Duration.ofMillis(200)).until(() -> atOne.getAndSet(0) == 0);
        assertThat(one.meet(first, false)).isTrue();
        assertReaches(atOne);
    }

    @Test
    void aDescriptionThatCantBeFollowedChangesNothing() {
        RtpEndpoint one = end("127.0.0.1", Srtp.OFF);
        RtpEndpoint other = end("127.0.0.6", Srtp.OFF);
        SessionDescription answer = agree(one, other);
        AtomicInteger atOther = ear(other);
        shard.join(voice(one, 1));
        assertReaches(atOther);

        assertThat(one.meet(read(answer.text().replace("c=IN IP4 127.0.0.6", "c=IN IP6 ::1")), false))
                .isFalse();

        assertReaches(atOther);
    }

    @Test
    void whoDoesNotProveItselfIsNotFollowed() {
        RtpEndpoint one = end("127.0.0.1", Srtp.REQUIRED);
        RtpEndpoint other = end("127.0.0.6", Srtp.REQUIRED);
        agree(one, other);
        RtpEndpoint stranger = end("127.0.0.6", Srtp.OFF);
        var plain = read(one.offer(FORMATS, Direction.SENDRECV)
                .text()
                .replace("RTP/SAVP", "RTP/AVP")
                .replaceAll("a=crypto.*\r\n", ""));
        assertThat(stranger.meet(plain, true)).isTrue();
        AtomicInteger atOther = ear(other);
        AtomicInteger atStranger = ear(stranger);

        shard.join(voice(stranger, 1));
        shard.join(voice(one, 1));

        assertReaches(atOther);
        assertThat(atStranger).hasValue(0);
    }
}
