package dev.callbridge.media.rtp.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.media.rtp.RtpPacket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DigitReceiverTest {

    private static final long MILLISECOND = 1_000_000;

    private final List<String> told = new ArrayList<>();
    private final Keys keys = new Keys() {
        @Override
        public void down(int event) {
            told.add("down " + event);
        }

        @Override
        public void held(int micros) {
            // Said with the end.
        }

        @Override
        public void up(int micros) {
            told.add("up " + micros / 1000);
        }
    };
    private DigitReceiver receiver = new DigitReceiver(8000, keys);
    private long now;

    private void arrives(int timestamp, int event, boolean end, int duration) {
        arrives(7, timestamp, event, end, duration);
    }

    private void arrives(int ssrc, int timestamp, int event, boolean end, int duration) {
        var packet = new RtpPacket();
        packet.compose(101, 4, now);
        packet.ssrc(ssrc);
        packet.timestamp(timestamp);
        ByteBuffer.wrap(packet.bytes(), packet.payload(), 4)
                .put((byte) event)
                .put((byte) (end ? 0x8A : 0x0A))
                .putShort((short) duration);
        receiver.take(packet);
    }

    private void passes(int milliseconds) {
        for (int i = 0; i < milliseconds; i += 20) {
            now += 20 * MILLISECOND;
            receiver.tick(now);
        }
    }

    @Test
    void aKeyIsHeardOnceWithItsLength() {
        for (int i = 1; i <= 5; i++) {
            arrives(1000, 5, false, 160 * i);
            passes(20);
        }
        for (int i = 0; i < 3; i++) {
            arrives(1000, 5, true, 960);
        }
        passes(500);

        assertThat(told).containsExactly("down 5", "up 120");
    }

    @Test
    void aKeyWhoseBeginningWasLostIsHeard() {
        arrives(1000, 5, false, 640);
        passes(20);
        arrives(1000, 5, true, 800);

        assertThat(told).containsExactly("down 5", "up 100");
    }

    @Test
    void aKeyWhoseEndWasLostEndsWhenNothingMoreComes() {
        arrives(1000, 5, false, 160);
        passes(20);
        arrives(1000, 5, false, 320);
        passes(100);
        assertThat(told).containsExactly("down 5");

        passes(60);
        assertThat(told).containsExactly("down 5", "up 40");
    }

    @Test
    void aKeyWhoseEndWasLostEndsWhenTheNextBegins() {
        arrives(1000, 5, false, 160);
        passes(40);
        arrives(2000, 6, false, 160);

        assertThat(told).containsExactly("down 5", "up 20", "down 6");
    }

    /// Browsers send three of them within a millisecond where clocks differ.
    @Test
    void aKeyThatIsNothingButItsEndIsHeardOnce() {
        arrives(1000, 11, true, 800);
        arrives(1000, 11, true, 800);
        arrives(1000, 11, true, 800);
        passes(200);

        assertThat(told).containsExactly("down 11", "up 100");
    }

    @Test
    void packetsOfAKeyThatIsOverAreNoNewKey() {
        arrives(1000, 5, true, 800);
        passes(20);
        arrives(2000, 6, false, 160);
        arrives(1000, 5, true, 800);
        passes(20);
        arrives(2000, 6, true, 320);

        assertThat(told).containsExactly("down 5", "up 100", "down 6", "up 40");
    }

    @Test
    void theSameKeyTwiceIsTwoKeys() {
        arrives(1000, 5, true, 800);
        passes(160);
        arrives(2280, 5, true, 800);

        assertThat(told).containsExactly("down 5", "up 100", "down 5", "up 100");
    }

    /// Some trunks use a timestamp again.
    @Test
    void anotherKeyAtTheSameTimestampIsAnotherKey() {
        arrives(1000, 5, true, 800);
        arrives(1000, 6, true, 800);

        assertThat(told).containsExactly("down 5", "up 100", "down 6", "up 100");
    }

    @Test
    void whatIsNoKeyIsIgnored() {
        arrives(1000, 16, true, 800);
        arrives(1000, 36, false, 800);
        var packet = new RtpPacket();
        packet.compose(101, 3, now);
        receiver.take(packet);

        assertThat(told).isEmpty();
    }

    @Test
    void aKeyThatGetsStuckIsLetGoAfterFiveSeconds() {
        for (int i = 1; i <= 400; i++) {
            arrives(1000, 5, false, Math.min(0xFFFF, 160 * i));
            passes(20);
        }
        passes(500);

        assertThat(told).containsExactly("down 5", "up 5000");
    }

    @Nested
    class OnAClockOf48000 {

        /// 65535 ticks are no more than 1.4 s there.
        @Test
        void aLongKeyInSegmentsIsOneKey() {
            receiver = new DigitReceiver(48000, keys);
            long ticks = 0;
            while (ticks < 48000 * 3) {
                ticks += 960;
                long segment = (ticks - 1) / 0xFFFF;
                arrives((int) (1000 + segment * 0xFFFF), 5, false, (int) (ticks - segment * 0xFFFF));
                passes(20);
            }
            arrives(1000 + 2 * 0xFFFF, 5, true, 48000 * 3 - 2 * 0xFFFF);
            passes(500);

            assertThat(told).containsExactly("down 5", "up 3000");
        }
    }
}
