package dev.callbridge.media.rtp.rtcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.media.rtp.OutgoingStream;
import dev.callbridge.media.rtp.Reception;
import dev.callbridge.media.rtp.RtpPacket;
import dev.callbridge.media.rtp.RtpSink;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReportsTest {

    private static final long MILLISECOND = 1_000_000;
    private static final long DELAY = 30 * MILLISECOND;

    private final Random random = new Random(7);
    private long now = 1_000_000 * MILLISECOND;

    /// One end of a network that takes 30 ms and loses what it is told to.
    private final class End {

        private final int ssrc;
        private final Reception incoming = new Reception(8000);
        private final OutgoingStream outgoing;
        private final Reports reports;
        private final List<byte[]> sent = new ArrayList<>();
        private int sequence;
        private End other = this;

        private End(int ssrc, long wall) {
            this.ssrc = ssrc;
            outgoing = new OutgoingStream(ssrc, 1, 1, 8000, RtpSink.NOWHERE);
            reports = new Reports(ssrc, "end-" + ssrc, outgoing, incoming, wall, random::nextDouble, this::send);
        }

        private void send(RtpPacket packet) {
            sent.add(Arrays.copyOfRange(packet.bytes(), packet.offset(), packet.offset() + packet.length()));
            deliver(packet.bytes(), packet.offset(), packet.length());
        }

        private void deliver(byte[] bytes, int offset, int length) {
            var arrived = new RtpPacket();
            System.arraycopy(bytes, offset, arrived.bytes(), RtpPacket.START, length);
            arrived.received(length, now + DELAY);
            other.reports.take(arrived);
        }

        private void speak(boolean lost) {
            var packet = new RtpPacket();
            packet.compose(8, 160, now);
            packet.ssrc(ssrc + 1);
            packet.sequence(++sequence);
            packet.timestamp(160 * sequence);
            outgoing.take(packet);
            if (!lost) {
                other.incoming.count(packet, true);
            }
        }
    }

    private final End one = new End(100, 1_800_000_000_000L * MILLISECOND);
    private final End two = new End(200, 1_700_000_000_000L * MILLISECOND);

    private void talk(int seconds) {
        one.other = two;
        two.other = one;
        var scratch = new RtpPacket();
        for (int i = 0; i < 50 * seconds; i++) {
            now += 20 * MILLISECOND;
            one.speak(i % 10 == 3);
            two.speak(false);
            one.reports.tick(scratch, now);
            two.reports.tick(scratch, now);
        }
    }

    @Test
    void eachLearnsHowItsPacketsFareAtTheOther() {
        talk(60);

        assertThat(one.reports.toldLost()).isBetween(250L, 300L);
        assertThat(two.reports.toldLost()).isZero();
        assertThat(one.reports.roundTrip()).isBetween(59 * MILLISECOND, 61 * MILLISECOND);
        assertThat(two.reports.roundTrip()).isBetween(59 * MILLISECOND, 61 * MILLISECOND);
    }

    @Test
    void reportsAboutEveryFiveSecondsAndNotInStep() {
        talk(300);

        assertThat(one.sent.size()).isBetween(45, 80);
        assertThat(one.sent.size()).isNotEqualTo(two.sent.size());
    }

    @Test
    void aReportIsCompoundAndNamesItsWriter() {
        talk(20);

        ByteBuffer report = ByteBuffer.wrap(one.sent.getLast());
        assertThat(report.limit() % 4).isZero();
        assertThat(report.get(0)).isEqualTo((byte) 0x81);
        assertThat(report.get(1)).isEqualTo((byte) 200);
        assertThat(report.getShort(2)).isEqualTo((short) 12);
        assertThat(report.getInt(4)).isEqualTo(100);
        // 1 800 000 000 s after 1970, and about 17 min of our clock.
        assertThat(report.getInt(8) & 0xFFFFFFFFL).isBetween(4_008_988_800L + 1000, 4_008_988_800L + 1030);
        assertThat(report.get(53)).isEqualTo((byte) 202);
        assertThat(new String(one.sent.getLast(), 62, 7, java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("end-100");
    }

    @Test
    void saysGoodbye() {
        talk(5);
        one.reports.end(new RtpPacket(), now);

        ByteBuffer report = ByteBuffer.wrap(one.sent.getLast());
        assertThat(report.get(report.limit() - 7)).isEqualTo((byte) 203);
        assertThat(report.getInt(report.limit() - 4)).isEqualTo(100);
    }

    @Test
    void whoSendsNothingReportsOnWhatItHears() {
        one.other = two;
        var scratch = new RtpPacket();
        for (int i = 0; i < 500; i++) {
            now += 20 * MILLISECOND;
            two.other = one;
            two.speak(false);
            one.reports.tick(scratch, now);
        }

        assertThat(one.sent)
                .isNotEmpty()
                .allSatisfy(report -> assertThat(report[1]).isEqualTo((byte) 201));
    }

    /// Nonsense breaks nothing, and what is told of other sources is not taken for ours.
    @Test
    void survivesWhateverArrives() {
        talk(30);
        var noise = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            byte[] garbage;
            if (i % 2 == 0) {
                garbage = two.sent.get(noise.nextInt(two.sent.size())).clone();
                for (int j = noise.nextInt(4); j >= 0; j--) {
                    garbage[noise.nextInt(garbage.length)] = (byte) noise.nextInt();
                }
                garbage = Arrays.copyOf(garbage, noise.nextInt(garbage.length + 20));
            } else {
                garbage = new byte[noise.nextInt(100)];
                noise.nextBytes(garbage);
                if (garbage.length > 1) {
                    garbage[0] = (byte) (0x80 | (garbage[0] & 0x3F));
                    garbage[1] = (byte) (200 + i % 8);
                }
            }
            two.deliver(garbage, 0, garbage.length);
        }

        assertThat(one.reports.roundTrip()).isBetween(0L, 60_000 * MILLISECOND);
        assertThat(one.reports.toldLost()).isNotNegative();
        assertThat(one.reports.toldJitter()).isNotNegative();
    }
}
