package dev.callbridge.testkit;

import dev.callbridge.media.rtp.codec.G722Band;
import dev.callbridge.media.rtp.codec.G722Encoder;

/// ITU-T G.722 at 64 kbit/s: two samples of 16 kHz sound are one byte, six bits of adaptive PCM for the lower band and
/// two for the upper.
final class G722 implements TelephoneCodec {

    private static final int[] QMF = {3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11};

    private static final int[] QM4 = {
        0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0
    };
    private static final int[] QM2 = {-7408, -1616, 7408, 1616};
    private static final int[] QM6 = {
        -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576,
        -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040,
        -728, 24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
        4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136
    };

    private final G722Encoder encoder = new G722Encoder();
    private final int[] decoderHistory = new int[24];
    private final G722Band decoderLow = new G722Band(32);
    private final G722Band decoderHigh = new G722Band(8);

    @Override
    public int sampleRate() {
        return 16000;
    }

    @Override
    public byte[] encode(short[] samples) {
        return encoder.encode(samples);
    }

    @Override
    public short[] decode(byte[] payload) {
        short[] samples = new short[payload.length * 2];
        for (int i = 0; i < payload.length; i++) {
            decode(payload[i] & 0xFF, samples, 2 * i);
        }
        return samples;
    }

    private void decode(int code, short[] samples, int at) {
        int six = code & 0x3F;
        int four = six >> 2;
        int low = limit(decoderLow.signal() + ((decoderLow.step() * QM6[six]) >> 15));
        int lowDifference = (decoderLow.step() * QM4[four]) >> 15;
        decoderLow.adaptLow(four);
        decoderLow.predict(lowDifference);

        int two = code >> 6;
        int highDifference = (decoderHigh.step() * QM2[two]) >> 15;
        int high = limit(highDifference + decoderHigh.signal());
        decoderHigh.adaptHigh(two);
        decoderHigh.predict(highDifference);

        System.arraycopy(decoderHistory, 2, decoderHistory, 0, 22);
        decoderHistory[22] = low + high;
        decoderHistory[23] = low - high;
        int odd = 0;
        int even = 0;
        for (int i = 0; i < 12; i++) {
            even += decoderHistory[2 * i] * QMF[i];
            odd += decoderHistory[2 * i + 1] * QMF[11 - i];
        }
        samples[at] = (short) saturate(odd >> 11);
        samples[at + 1] = (short) saturate(even >> 11);
    }

    private static int limit(int value) {
        return Math.clamp(value, -16384, 16383);
    }

    private static int saturate(int value) {
        return Math.clamp(value, Short.MIN_VALUE, Short.MAX_VALUE);
    }
}
