package dev.callbridge.media.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutgoingStreamTest {

    private static final long MILLISECOND = 1_000_000;

    private record Sent(int ssrc, int sequence, int timestamp, boolean marker, int length) {}

    private final List<Sent> sent = new ArrayList<>();
    private final OutgoingStream stream = new OutgoingStream(
            7,
            0xFFFE,
            5000,
            8000,
            packet -> sent.add(
                    new Sent(packet.ssrc(), packet.sequence(), packet.timestamp(), marker(packet), packet.length())));
    private long now;

    private static boolean marker(RtpPacket packet) {
        return (packet.bytes()[packet.offset() + 1] & 0x80) != 0;
    }

    private void arrives(int ssrc, int sequence, int timestamp) {
        now += 20 * MILLISECOND;
        stream.take(packet(0x80, ssrc, sequence, timestamp, new byte[160]));
    }

    private RtpPacket packet(int firstByte, int ssrc, int sequence, int timestamp, byte[] rest) {
        var packet = new RtpPacket();
        ByteBuffer.wrap(packet.bytes(), RtpPacket.START, 12 + rest.length)
                .put((byte) firstByte)
                .put((byte) 8)
                .putShort((short) sequence)
                .putInt(timestamp)
                .putInt(ssrc)
                .put(rest);
        packet.received(12 + rest.length, now);
        return packet;
    }

    @Test
    void movesSequenceAndTimestampAndKeepsGaps() {
        arrives(1, 100, 0);
        arrives(1, 101, 160);
        arrives(1, 103, 480);

        assertThat(sent)
                .containsExactly(
                        new Sent(7, 0xFFFE, 5000, true, 172),
                        new Sent(7, 0xFFFF, 5160, false, 172),
                        new Sent(7, 1, 5480, false, 172));
    }

    @Test
    void goesOnByOneAndByTheTimeThatPassedWhenTheSourceChanges() {
        arrives(1, 100, 0);
        arrives(2, 60000, 123456);

        assertThat(sent).last().isEqualTo(new Sent(7, 0xFFFF, 5160, true, 172));
    }

    @Test
    void dropsWhatComesTwiceAndPassesWhatComesLate() {
        arrives(1, 100, 0);
        arrives(1, 102, 320);
        arrives(1, 101, 160);
        arrives(1, 101, 160);
        arrives(1, 102, 320);

        assertThat(sent).extracting(Sent::sequence).containsExactly(0xFFFE, 0, 0xFFFF);
        assertThat(stream.dropped()).isEqualTo(2);
    }

    @Test
    void neverUsesASequenceNumberTwiceWhateverComes() {
        int sequence = 0;
        for (int i = 0; i < 20_000; i++) {
            sequence += switch (i % 7) {
                case 0 -> -5;
                case 3 -> 9;
                case 5 -> 0;
                default -> 1;
            };
            arrives(i / 1000, sequence & 0xFFFF, 160 * sequence);
        }

        assertThat(sent.subList(0, 5000)).extracting(Sent::sequence).doesNotHaveDuplicates();
    }

    @Test
    void acceptsASourceThatBeganAnewOnceItsSecondPacketIsThere() {
        arrives(1, 40000, 0);
        arrives(1, 100, 0);
        arrives(1, 101, 160);
        arrives(1, 102, 320);

        assertThat(sent).extracting(Sent::sequence).containsExactly(0xFFFE, 0xFFFF, 0);
    }

    @Test
    void takesAwayExtensionContributorsAndPadding() {
        byte[] rest = new byte[4 + 8 + 3 + 2];
        rest[4 + 3] = 1;
        rest[rest.length - 1] = 2;

        stream.take(packet(0x80 | 0x20 | 0x10 | 1, 1, 5, 0, rest));

        assertThat(sent).singleElement().extracting(Sent::length).isEqualTo(12 + 3);
    }

    @Test
    void staysOnTheClockWhenThatOfTheSourceIsSetAnew() {
        arrives(1, 100, 0);
        arrives(1, 101, 160);
        arrives(1, 102, 900_000);
        arrives(1, 103, 900_160);

        assertThat(sent).extracting(Sent::timestamp).containsExactly(5000, 5160, 5320, 5480);
        assertThat(sent).extracting(Sent::marker).containsExactly(true, false, true, false);
    }

    @Test
    void marksWhatComesAfterAPauseAndKeepsThePause() {
        arrives(1, 100, 0);
        now += 980 * MILLISECOND;
        arrives(1, 101, 8000);

        assertThat(sent).last().isEqualTo(new Sent(7, 0xFFFF, 13000, true, 172));
    }

    @Test
    void goesOnBehindPacketsOfOurOwn() {
        arrives(1, 100, 0);
        ours(5);
        arrives(1, 101, 960);
        arrives(1, 102, 1120);

        assertThat(sent).extracting(Sent::sequence).containsExactly(0xFFFE, 0xFFFF, 0, 1, 2, 3, 4, 5);
        assertThat(sent).extracting(Sent::timestamp).containsExactly(5000, 5160, 5320, 5480, 5640, 5800, 5960, 6120);
        assertThat(sent.get(6).marker()).isTrue();
    }

    private void ours(int packets) {
        for (int i = 0; i < packets; i++) {
            now += 20 * MILLISECOND;
            var own = new RtpPacket();
            own.compose(8, 160, now);
            stream.insert(own, stream.timestampAt(now), 160);
        }
    }

    /// Silence took the place of what the network held up for 300 ms.
    @Test
    void dropsWhatWasHeldUpAndKeepsTheClock() {
        arrives(1, 100, 0);
        ours(15);
        now -= 20 * MILLISECOND;
        for (int i = 1; i <= 16; i++) {
            now += MILLISECOND;
            stream.take(packet(0x80, 1, 100 + i, 160 * i, new byte[160]));
        }
        int before = sent.size();
        arrives(1, 117, 160 * 17);

        assertThat(before).isBetween(17, 20);
        assertThat(sent)
                .last()
                .extracting(Sent::timestamp)
                .satisfies(timestamp -> assertThat(timestamp - 5000).isBetween(16 * 160, 19 * 160));
        assertThat(sent).extracting(Sent::timestamp).isSorted();
    }

    @Test
    void setsTheClockOfASourceThatStoodStill() {
        arrives(1, 100, 0);
        ours(15);
        arrives(1, 101, 160);
        arrives(1, 102, 320);
        arrives(1, 103, 480);

        assertThat(sent).hasSize(1 + 15 + 2);
        assertThat(sent).last().extracting(Sent::timestamp).isEqualTo(5000 + 18 * 160);
    }

    /// A packet that was late when ours were sent would take a number of theirs.
    @Test
    void dropsWhatIsLateBehindPacketsOfOurOwn() {
        arrives(1, 100, 0);
        arrives(1, 102, 320);
        var own = new RtpPacket();
        own.compose(8, 160, now);
        stream.insert(own, stream.timestampAt(now), 160);
        arrives(1, 101, 160);
        arrives(1, 103, 480);

        assertThat(sent).extracting(Sent::sequence).containsExactly(0xFFFE, 0, 1, 2);
    }

    @Test
    void knowsAPacketThatPromisesMoreThanItHas() {
        assertThat(packet(0x80 | 0x0F, 1, 1, 0, new byte[8]).isWellFormed()).isFalse();
        assertThat(packet(0x90, 1, 1, 0, new byte[] {0, 0, 0, 9}).isWellFormed())
                .isFalse();
        assertThat(packet(0xA0, 1, 1, 0, new byte[] {(byte) 200}).isWellFormed())
                .isFalse();
        assertThat(packet(0x40, 1, 1, 0, new byte[8]).isWellFormed()).isFalse();
        assertThat(packet(0x80, 1, 1, 0, new byte[8]).isWellFormed()).isTrue();
    }
}
