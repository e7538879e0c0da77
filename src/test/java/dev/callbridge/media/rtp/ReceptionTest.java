package dev.callbridge.media.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReceptionTest {

    private static final long MILLISECOND = 1_000_000;

    private final Reception reception = new Reception(8000);

    private void arrives(int ssrc, int sequence, long at) {
        var packet = new RtpPacket();
        packet.compose(8, 160, at * MILLISECOND);
        packet.ssrc(ssrc);
        packet.sequence(sequence);
        packet.timestamp(160 * sequence);
        reception.count(packet, true);
    }

    @Test
    void countsWhatIsMissingAcrossTheWrap() {
        for (int i = 0; i < 10; i++) {
            if (i != 4 && i != 7) {
                arrives(1, (0xFFFC + i) & 0xFFFF, 20L * i);
            }
        }

        assertThat(reception.packets()).isEqualTo(8);
        assertThat(reception.lost()).isEqualTo(2);
        assertThat(reception.highest()).isEqualTo(0x10005);
        assertThat(reception.lostShare()).isEqualTo(256 * 2 / 10);
        assertThat(reception.lostShare()).as("since then").isZero();
    }

    @Test
    void whatComesLateIsNotLost() {
        arrives(1, 1, 0);
        arrives(1, 3, 40);
        assertThat(reception.lost()).isEqualTo(1);
        arrives(1, 2, 45);

        assertThat(reception.lost()).isZero();
    }

    @Test
    void countsOnWhenTheSourceChangesOrBeginsAnew() {
        arrives(1, 1, 0);
        arrives(1, 3, 20);
        arrives(2, 50000, 40);
        arrives(2, 50001, 60);
        arrives(2, 10, 80);

        assertThat(reception.packets()).isEqualTo(5);
        assertThat(reception.lost()).isEqualTo(1);
        assertThat(reception.source()).isEqualTo(2);
    }

    @Test
    void measuresHowIrregularlyPacketsCome() {
        for (int i = 0; i < 1000; i++) {
            arrives(1, i, 20L * i + (i % 2 == 0 ? 0 : 10));
        }

        assertThat(reception.jitter()).isBetween(78L, 81L);
        assertThat(reception.meanJitter()).isBetween(9 * MILLISECOND, 10 * MILLISECOND + 1);
    }
}
