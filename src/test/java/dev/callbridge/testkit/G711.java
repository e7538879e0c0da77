package dev.callbridge.testkit;

/// ITU-T G.711: eight bits per sample, by µ-law or A-law.
final class G711 implements TelephoneCodec {

    private static final int BIAS = 0x84;
    private static final int CLIP = 32635;

    private final boolean aLaw;

    G711(boolean aLaw) {
        this.aLaw = aLaw;
    }

    @Override
    public int sampleRate() {
        return 8000;
    }

    @Override
    public byte[] encode(short[] samples) {
        byte[] payload = new byte[samples.length];
        for (int i = 0; i < samples.length; i++) {
            payload[i] = (byte) (aLaw ? toALaw(samples[i]) : toMuLaw(samples[i]));
        }
        return payload;
    }

    @Override
    public short[] decode(byte[] payload) {
        short[] samples = new short[payload.length];
        for (int i = 0; i < payload.length; i++) {
            samples[i] = (short) (aLaw ? fromALaw(payload[i] & 0xFF) : fromMuLaw(payload[i] & 0xFF));
        }
        return samples;
    }

    private static int toMuLaw(int sample) {
        int sign = sample < 0 ? 0x80 : 0;
        int magnitude = Math.min(CLIP, Math.abs(sample)) + BIAS;
        int exponent = 24 - Integer.numberOfLeadingZeros(magnitude);
        int mantissa = (magnitude >> (exponent + 3)) & 0x0F;
        return ~(sign | (exponent << 4) | mantissa) & 0xFF;
    }

    private static int fromMuLaw(int code) {
        int bits = ~code & 0xFF;
        int exponent = (bits >> 4) & 7;
        int magnitude = ((((bits & 0x0F) << 3) + BIAS) << exponent) - BIAS;
        return (bits & 0x80) != 0 ? -magnitude : magnitude;
    }

    private static int toALaw(int sample) {
        int sign = sample < 0 ? 0 : 0x80;
        int magnitude = Math.min(32767, sample < 0 ? -sample - 1 : sample) >> 4;
        int exponent = Math.max(0, 28 - Integer.numberOfLeadingZeros(magnitude));
        int mantissa = (exponent == 0 ? magnitude : magnitude >> (exponent - 1)) & 0x0F;
        return (sign | (exponent << 4) | mantissa) ^ 0x55;
    }

    private static int fromALaw(int code) {
        int bits = code ^ 0x55;
        int exponent = (bits >> 4) & 7;
        int mantissa = bits & 0x0F;
        int magnitude = exponent == 0 ? (mantissa << 4) + 8 : ((mantissa << 4) + 0x108) << (exponent - 1);
        return (bits & 0x80) != 0 ? magnitude : -magnitude;
    }
}
