package dev.callbridge.media.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RtpPacketTest {

    private static RtpPacket packet(int firstByte, int lastByte, int length) {
        var packet = new RtpPacket();
        packet.received(length, 0);
        packet.bytes()[packet.offset()] = (byte) firstByte;
        packet.bytes()[packet.offset() + length - 1] = (byte) lastByte;
        return packet;
    }

    /// Its last byte is part of the authentication tag.
    @Test
    void nothingIsReadOutOfTheEndOfAProtectedPacket() {
        RtpPacket padded = packet(0xA0, 0xFF, 40);

        assertThat(padded.hasHeader()).isTrue();
        assertThat(padded.isWellFormed()).isFalse();
    }

    @Test
    void aHeaderThatPromisesMoreThanCameIsNone() {
        assertThat(packet(0x8F, 0, 40).hasHeader()).isFalse();
        assertThat(packet(0x80, 0, 11).hasHeader()).isFalse();
        assertThat(packet(0x40, 0, 40).hasHeader()).isFalse();
    }

    @Test
    void paddingMayFillAllBehindTheHeaderAndNoMore() {
        assertThat(packet(0xA0, 28, 40).isWellFormed()).isTrue();
        assertThat(packet(0xA0, 29, 40).isWellFormed()).isFalse();
    }
}
