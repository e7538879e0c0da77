package dev.callbridge.media.rtp.codec;

/// ITU-T G.711: one sample of 8 kHz sound is one byte, by µ-law or by A-law.
final class G711 {

    private static final int BIAS = 0x84;
    private static final int CLIP = 32635;

    private G711() {}

    static byte muLaw(int sample) {
        int sign = sample < 0 ? 0x80 : 0;
        int magnitude = Math.min(CLIP, Math.abs(sample)) + BIAS;
        int exponent = 24 - Integer.numberOfLeadingZeros(magnitude);
        int mantissa = (magnitude >> (exponent + 3)) & 0x0F;
        return (byte) ~(sign | (exponent << 4) | mantissa);
    }

    static byte aLaw(int sample) {
        int sign = sample < 0 ? 0 : 0x80;
        int magnitude = Math.min(32767, sample < 0 ? -sample - 1 : sample) >> 4;
        int exponent = Math.max(0, 28 - Integer.numberOfLeadingZeros(magnitude));
        int mantissa = (exponent == 0 ? magnitude : magnitude >> (exponent - 1)) & 0x0F;
        return (byte) ((sign | (exponent << 4) | mantissa) ^ 0x55);
    }

    /// How far from zero the sample is that a byte stands for.
    static int muLawAmplitude(byte coded) {
        int inverted = ~coded;
        int segment = (inverted >> 4) & 0x07;
        return ((((inverted & 0x0F) << 3) + BIAS) << segment) - BIAS;
    }

    /// How far from zero the sample is that a byte stands for.
    static int aLawAmplitude(byte coded) {
        int toggled = coded ^ 0x55;
        int segment = (toggled >> 4) & 0x07;
        int step = ((toggled & 0x0F) << 4) + 8;
        return segment == 0 ? step : (step + 0x100) << (segment - 1);
    }
}
