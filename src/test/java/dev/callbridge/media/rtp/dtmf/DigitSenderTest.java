package dev.callbridge.media.rtp.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.media.rtp.OutgoingStream;
import dev.callbridge.media.rtp.RtpPacket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigitSenderTest {

    private static final long BEAT = 20_000_000;
    private static final int EVENTS = 101;

    private record Sent(int type, int sequence, int timestamp, boolean marker, int event, boolean end, int duration) {}

    private final List<Sent> sent = new ArrayList<>();
    private final RtpPacket scratch = new RtpPacket();
    private OutgoingStream stream = new OutgoingStream(7, 100, 5000, 8000, this::sent);
    private DigitSender sender = sender(8000);
    private int source;
    private long now;

    private DigitSender sender(int clockRate) {
        return new DigitSender(clockRate, stream, new DigitSender.Form() {
            @Override
            public int eventNumber() {
                return EVENTS;
            }

            @Override
            public boolean tone(RtpPacket packet, int event, int frame, long at) {
                return false;
            }
        });
    }

    private void sent(RtpPacket packet) {
        byte[] bytes = packet.bytes();
        int at = packet.payload();
        int duration = ((bytes[at + 2] & 0xFF) << 8) | (bytes[at + 3] & 0xFF);
        sent.add(new Sent(
                packet.payloadType(),
                packet.sequence(),
                packet.timestamp(),
                packet.marked(),
                bytes[at],
                bytes[at + 1] < 0,
                duration));
    }

    private void beat() {
        now += BEAT;
        sender.tick(scratch, now);
    }

    /// A packet of sound, as a browser goes on sending it all the time.
    private void speaks() {
        var packet = new RtpPacket();
        packet.compose(8, 160, now);
        packet.ssrc(99);
        packet.sequence(source);
        packet.timestamp(160 * source);
        source++;
        if (!sender.busy()) {
            stream.take(packet);
        }
    }

    @Test
    void aKeyIsSaidEveryTwentyMillisecondsAndItsEndThreeTimes() {
        sender.press(5, 100_000);
        IntStream.range(0, 20).forEach(_ -> beat());

        assertThat(sent)
                .containsExactly(
                        new Sent(EVENTS, 100, 5000, true, 5, false, 160),
                        new Sent(EVENTS, 101, 5000, false, 5, false, 320),
                        new Sent(EVENTS, 102, 5000, false, 5, false, 480),
                        new Sent(EVENTS, 103, 5000, false, 5, false, 640),
                        new Sent(EVENTS, 104, 5000, false, 5, true, 800),
                        new Sent(EVENTS, 105, 5000, false, 5, true, 800),
                        new Sent(EVENTS, 106, 5000, false, 5, true, 800));
        assertThat(sender.busy()).isFalse();
    }

    @Test
    void aKeyIsSaidWhileItIsHeldAndAsLongAsItWas() {
        sender.down(5);
        beat();
        assertThat(sent).hasSize(1);
        for (int i = 1; i <= 11; i++) {
            sender.held(i * 20_000);
            beat();
        }
        sender.up(230_000);
        IntStream.range(0, 20).forEach(_ -> beat());

        assertThat(sent.stream().filter(Sent::end))
                .hasSize(3)
                .allSatisfy(end -> assertThat(end.duration()).isEqualTo(230 * 8));
        assertThat(sent).extracting(Sent::duration).isSorted();
    }

    @Test
    void noKeyIsShorterThanATelephoneNeeds() {
        sender.press(5, 10_000);
        IntStream.range(0, 20).forEach(_ -> beat());

        assertThat(sent).last().extracting(Sent::duration).isEqualTo(800);
    }

    @Test
    void betweenTwoKeysThereIsAPause() {
        sender.press(1, 100_000);
        sender.press(2, 100_000);
        List<Long> moments = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            int before = sent.size();
            beat();
            if (sent.size() > before
                    && (sent.getLast().marker() || sent.getLast().end())) {
                moments.add(now / 1_000_000);
            }
        }

        // The first key ends at 100 ms for the first time.
        assertThat(moments.subList(0, 5)).containsExactly(20L, 100L, 120L, 140L, 160L);
    }

    @Test
    void soundWaitsAndThenGoesOnByTheClock() {
        for (int i = 0; i < 5; i++) {
            beat();
            speaks();
        }
        sender.press(5, 100_000);
        for (int i = 0; i < 12; i++) {
            beat();
            speaks();
        }

        assertThat(sent).extracting(Sent::sequence).isSorted();
        assertThat(sent).extracting(Sent::sequence).doesNotHaveDuplicates();
        assertThat(sent.getLast().sequence() - sent.getFirst().sequence() + 1).isEqualTo(sent.size());
        List<Sent> sound = sent.stream().filter(packet -> packet.type() == 8).toList();
        Sent before = sound.get(4);
        Sent after = sound.get(5);
        assertThat(after.marker()).isTrue();
        assertThat(after.timestamp() - before.timestamp()).isEqualTo(7 * 160);
        Sent key = sent.get(5);
        assertThat(key.timestamp()).isEqualTo(before.timestamp() + 160);
    }

    @Test
    void whatIsTooMuchIsRefusedAndNothingElseIsLost() {
        for (int i = 0; i < 40; i++) {
            assertThat(sender.press(i % 10, 100_000)).isEqualTo(i < 32);
        }
        // One that can't be taken any more doesn't change the last that could.
        sender.down(11);
        sender.up(3_000_000);
        IntStream.range(0, 400).forEach(_ -> beat());

        assertThat(sent.stream().filter(Sent::marker)).hasSize(32);
        assertThat(sent).allSatisfy(packet -> assertThat(packet.duration()).isLessThanOrEqualTo(800));
        assertThat(sender.refused()).isEqualTo(9);
    }

    @Test
    void aKeyLongerThanADurationCanSayGoesOnUnderATimestampOfItsOwn() {
        stream = new OutgoingStream(7, 100, 5000, 48000, this::sent);
        sender = sender(48000);
        sender.press(5, 2_000_000);
        IntStream.range(0, 120).forEach(_ -> beat());

        assertThat(sent.stream().filter(packet -> packet.duration() == 0xFFFF)).hasSize(1);
        assertThat(sent)
                .last()
                .isEqualTo(new Sent(EVENTS, sent.getLast().sequence(), 5000 + 0xFFFF, false, 5, true, 96000 - 0xFFFF));
        assertThat(sent.stream().filter(Sent::marker)).hasSize(1);
    }

    /// Through our sender, a network that loses a tenth, our receiver and sender, and such a network again.
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89})
    void everyKeyArrivesOnceThoughATenthIsLostOnBothLegs(long seed) {
        var random = new Random(seed);
        List<Integer> heard = new ArrayList<>();
        var last = new DigitReceiver(8000, new Keys() {
            @Override
            public void down(int event) {
                heard.add(event);
            }

            @Override
            public void held(int micros) {
                // Nobody looks.
            }

            @Override
            public void up(int micros) {
                assertThat(micros).isBetween(20_000, 100_000);
            }
        });
        stream = new OutgoingStream(7, 100, 5000, 8000, packet -> {
            if (random.nextInt(10) > 0) {
                last.take(packet);
            }
        });
        DigitSender ours = sender(8000);
        var receiver = new DigitReceiver(8000, ours);
        stream = new OutgoingStream(8, 100, 5000, 8000, packet -> {
            if (random.nextInt(10) > 0) {
                receiver.take(packet);
            }
        });
        sender = sender(8000);
        IntStream.rangeClosed(0, 15).forEach(event -> sender.press(event, 100_000));

        for (int i = 0; i < 400; i++) {
            beat();
            receiver.tick(now);
            ours.tick(scratch, now);
            last.tick(now);
        }

        assertThat(heard).isEqualTo(IntStream.rangeClosed(0, 15).boxed().toList());
    }
}
