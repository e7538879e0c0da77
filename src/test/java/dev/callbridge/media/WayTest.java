package dev.callbridge.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.Digit;
import dev.callbridge.call.Trouble;
import dev.callbridge.media.rtp.OutgoingStream;
import dev.callbridge.media.rtp.RtpPacket;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sdp.AudioFormats;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WayTest {

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long BEAT = 20_000_000;
    private static final int EVENTS_IN = 126;
    private static final int EVENTS_OUT = 101;
    private static final byte SILENT = (byte) 0xD5;

    /// Never compared as a whole.
    @SuppressWarnings("ArrayRecordComponent")
    private record Sent(int type, int sequence, int timestamp, boolean marker, byte[] payload) {}

    private final List<Sent> sent = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final RtpPacket arriving = new RtpPacket();
    private final RtpPacket scratch = new RtpPacket();
    private boolean deaf;
    private Way way = way(true);
    private int sequence;
    private long now;

    private Way way(boolean keepsAlive) {
        var stream = new OutgoingStream(7, 100, 5000, 8000, this::sent);
        var limits = new Watchdog.Limits(Duration.ofSeconds(5), Duration.ofSeconds(30), null);
        return new Way(stream, keepsAlive, limits, new Way.Listener() {
            @Override
            public void pressed(Digit digit, Duration length) {
                told.add(digit.key() + " for " + length.toMillis());
            }

            @Override
            public void disturbed(Trouble trouble) {
                told.add("disturbed");
            }

            @Override
            public void undisturbed(Trouble trouble) {
                told.add("undisturbed");
            }

            @Override
            public void fellSilent(boolean begins) {
                told.add("fell silent: " + begins);
            }

            @Override
            public void lost() {
                told.add("lost");
            }
        });
    }

    private void sent(RtpPacket packet) {
        if (!deaf) {
            byte[] payload =
                    Arrays.copyOfRange(packet.bytes(), packet.payload(), packet.payload() + packet.payloadLength());
            sent.add(new Sent(packet.payloadType(), packet.sequence(), packet.timestamp(), packet.marked(), payload));
        }
    }

    private void agree(AudioCodec codec, @Nullable Integer eventNumber, boolean leaves, boolean held) {
        var spoken = new AudioFormats(new LinkedHashMap<>(Map.of(codec, codec.payloadType())), eventNumber);
        var sound = Map.of(96, codec.payloadType());
        way.agree(new Terms(sound, Set.of(EVENTS_IN), spoken, !held, leaves, held), now);
    }

    private void arrives(int type, int timestamp, byte[] payload) {
        arriving.compose(type, payload.length, now);
        System.arraycopy(payload, 0, arriving.bytes(), arriving.payload(), payload.length);
        arriving.ssrc(99);
        arriving.sequence(sequence++);
        arriving.timestamp(timestamp);
        way.take(arriving);
    }

    private void speaks(byte sample) {
        byte[] payload = new byte[160];
        Arrays.fill(payload, sample);
        arrives(96, (int) (now / BEAT * 160), payload);
    }

    private void beats(int count) {
        for (int i = 0; i < count; i++) {
            now += BEAT;
            way.tick(scratch, now);
        }
    }

    /// The key 5, for 100 ms, as it comes when only its end arrives.
    private void presses() {
        arrives(EVENTS_IN, (int) (now / BEAT * 160), new byte[] {5, (byte) 0x8A, 800 >> 8, (byte) 800});
    }

    private void goesOnByOne() {
        for (int i = 1; i < sent.size(); i++) {
            assertThat(sent.get(i).sequence()).isEqualTo((sent.get(i - 1).sequence() + 1) & 0xFFFF);
        }
    }

    @Test
    void aTrunkGetsSilenceWhenTheOtherSideFallsSilent() {
        agree(AudioCodec.PCMA, EVENTS_OUT, true, false);
        for (int i = 0; i < 10; i++) {
            speaks((byte) 1);
            beats(1);
        }
        beats(50);
        int silence = sent.size() - 10;
        speaks((byte) 1);

        // From 200 ms on.
        assertThat(silence).isEqualTo(42);
        assertThat(sent.subList(10, 10 + silence)).allSatisfy(packet -> {
            assertThat(packet.type()).isEqualTo(8);
            assertThat(packet.payload()).containsOnly(SILENT);
        });
        goesOnByOne();
        Sent last = sent.getLast();
        assertThat(last.marker()).isTrue();
        assertThat(last.timestamp() - sent.getFirst().timestamp()).isBetween(59 * 160, 61 * 160);
        assertThat(sent).extracting(Sent::timestamp).isSorted();
    }

    @Test
    void aTrunkThatListensToNothingGetsNothing() {
        agree(AudioCodec.PCMA, EVENTS_OUT, false, false);
        beats(100);
        way.press(new Digit('5'), Duration.ofMillis(100));
        presses();
        beats(100);

        assertThat(sent).isEmpty();
    }

    @Test
    void aBrowserNeedsNoSilence() {
        way = way(false);
        agree(AudioCodec.PCMA, EVENTS_OUT, true, false);
        speaks((byte) 1);
        beats(100);

        assertThat(sent).hasSize(1);
    }

    @Nested
    class OnHold {

        @Test
        void theOtherSideHearsASignalWhileTheHolderHasNoMusic() {
            agree(AudioCodec.PCMA, EVENTS_OUT, true, true);
            for (int i = 0; i < 500; i++) {
                speaks(SILENT);
                beats(1);
            }

            List<Integer> loud = IntStream.range(50, sent.size())
                    .filter(i -> !isSilent(sent.get(i)))
                    .boxed()
                    .toList();
            // Twice 150 ms in 5 s.
            assertThat(loud).hasSizeBetween(2 * 15, 2 * 18);
            assertThat(sent).hasSizeBetween(499, 502);
            goesOnByOne();
        }

        @Test
        void musicOfTheHolderIsHeardInstead() {
            agree(AudioCodec.PCMA, EVENTS_OUT, true, true);
            beats(100);
            sent.clear();
            for (int i = 0; i < 200; i++) {
                speaks((byte) 1);
                beats(1);
            }

            assertThat(sent)
                    .hasSize(200)
                    .allSatisfy(packet -> assertThat(packet.payload()).containsOnly(1));
        }

        private boolean isSilent(Sent packet) {
            for (byte sample : packet.payload()) {
                if ((sample & 0x7F) != 0x55) {
                    return false;
                }
            }
            return true;
        }
    }

    @Nested
    class Keys {

        @Test
        void goOnByTheNumberTheOtherSideKnows() {
            agree(AudioCodec.PCMA, EVENTS_OUT, true, false);
            speaks((byte) 1);
            presses();
            for (int i = 0; i < 10; i++) {
                beats(1);
                speaks((byte) 1);
            }

            List<Sent> events =
                    sent.stream().filter(packet -> packet.type() == EVENTS_OUT).toList();
            assertThat(events).hasSize(7);
            assertThat(events.getLast().payload()).containsExactly(5, 0x8A, 800 >> 8, 800 & 0xFF);
            goesOnByOne();
            assertThat(told).isEmpty();
        }

        @Test
        void areToldOfIfTheOtherSideKnowsNone() {
            agree(AudioCodec.PCMA, null, true, false);
            presses();
            beats(20);

            assertThat(told).containsExactly("5 for 100");
        }

        @Test
        void areHeardAsTwoTonesByWhoKnowsNone() {
            agree(AudioCodec.PCMU, null, true, false);
            way.press(new Digit('5'), Duration.ofMillis(200));
            beats(13);

            assertThat(sent).hasSize(10);
            assertThat(power(770)).isBetween(0.4, 0.6);
            assertThat(power(1336)).isBetween(0.4, 0.6);
        }

        /// The share of a frequency in all that was sent.
        private double power(int hertz) {
            double real = 0;
            double imaginary = 0;
            double all = 0;
            int at = 0;
            for (Sent packet : sent) {
                for (byte coded : packet.payload()) {
                    int bits = ~coded & 0xFF;
                    int magnitude = ((((bits & 0x0F) << 3) + 0x84) << ((bits >> 4) & 7)) - 0x84;
                    double sample = (bits & 0x80) != 0 ? -magnitude : magnitude;
                    real += sample * Math.cos(2 * Math.PI * hertz * at / 8000);
                    imaginary += sample * Math.sin(2 * Math.PI * hertz * at / 8000);
                    all += sample * sample;
                    at++;
                }
            }
            return 2 * (real * real + imaginary * imaginary) / at / all;
        }
    }

    @ParameterizedTest
    @EnumSource(AudioCodec.class)
    void onlySilenceIsNoticedAndSoIsSound(AudioCodec codec) {
        agree(codec, EVENTS_OUT, true, false);
        way.begin(now);
        byte silence = codec == AudioCodec.PCMA ? SILENT : (byte) 0xFF;
        for (int i = 0; i < 600; i++) {
            beats(1);
            speaks(silence);
        }
        assertThat(told).containsExactly("disturbed");

        for (int i = 0; i < 20; i++) {
            beats(1);
            speaks((byte) 1);
        }
        assertThat(told).containsExactly("disturbed", "undisturbed");

        for (int i = 0; i < 1600; i++) {
            beats(1);
            speaks(silence);
        }
        assertThat(told).endsWith("undisturbed", "fell silent: true");
    }

    /// What a packet, a beat, a key and silence need is there from the beginning.
    @Test
    void nothingIsAllocated() {
        agree(AudioCodec.PCMA, EVENTS_OUT, true, false);
        way.begin(now);
        deaf = true;
        byte[] sound = new byte[160];
        byte[] key = {5, (byte) 0x8A, 800 >> 8, (byte) 800};
        long before = 0;
        for (int i = 0; i < 40_000; i++) {
            if (i == 20_000) {
                before = THREADS.getCurrentThreadAllocatedBytes();
            }
            now += BEAT;
            way.tick(scratch, now);
            if (i % 100 < 70) {
                arrives(96, i * 160, sound);
            }
            if (i % 100 == 75) {
                arrives(EVENTS_IN, i * 160, key);
            }
        }

        assertThat((THREADS.getCurrentThreadAllocatedBytes() - before) / 20_000).isZero();
    }
}
