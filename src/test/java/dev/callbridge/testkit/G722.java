package dev.callbridge.testkit;

/// ITU-T G.722 at 64 kbit/s: two samples of 16 kHz sound are one byte, six bits of adaptive PCM for the lower band and
/// two for the upper.
final class G722 implements TelephoneCodec {

    private static final int[] QMF = {3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11};

    private static final int[] Q6 = {
        0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023, 1121, 1219,
        1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919, 0, 0
    };
    private static final int[] ILN = {
        0, 63, 62, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6,
        5, 4, 0
    };
    private static final int[] ILP = {
        0, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35,
        34, 33, 32, 0
    };
    private static final int[] WL = {-60, -30, 58, 172, 334, 538, 1198, 3042};
    private static final int[] RL42 = {0, 7, 6, 5, 4, 3, 2, 1, 7, 6, 5, 4, 3, 2, 1, 0};
    private static final int[] ILB = {
        2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834, 2896, 2960,
        3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008
    };
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
    private static final int[] IHN = {0, 1, 0};
    private static final int[] IHP = {0, 3, 2};
    private static final int[] WH = {0, -214, 798};
    private static final int[] RH2 = {2, 1, 2, 1};

    private final int[] encoderHistory = new int[24];
    private final int[] decoderHistory = new int[24];
    private final Band encoderLow = new Band(32);
    private final Band encoderHigh = new Band(8);
    private final Band decoderLow = new Band(32);
    private final Band decoderHigh = new Band(8);

    @Override
    public int sampleRate() {
        return 16000;
    }

    @Override
    public byte[] encode(short[] samples) {
        byte[] payload = new byte[samples.length / 2];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) encode(samples[2 * i], samples[2 * i + 1]);
        }
        return payload;
    }

    private int encode(int first, int second) {
        System.arraycopy(encoderHistory, 2, encoderHistory, 0, 22);
        encoderHistory[22] = first;
        encoderHistory[23] = second;
        int even = 0;
        int odd = 0;
        for (int i = 0; i < 12; i++) {
            odd += encoderHistory[2 * i] * QMF[i];
            even += encoderHistory[2 * i + 1] * QMF[11 - i];
        }
        int low = (even + odd) >> 14;
        int high = (even - odd) >> 14;
        return (high(high) << 6) | low(low);
    }

    private int low(int sample) {
        int error = saturate(sample - encoderLow.signal);
        int magnitude = error >= 0 ? error : -(error + 1);
        int i = 1;
        while (i < 30 && magnitude >= (Q6[i] * encoderLow.step) >> 12) {
            i++;
        }
        int code = error < 0 ? ILN[i] : ILP[i];
        int four = code >> 2;
        encoderLow.adaptLow(RL42[four]);
        int difference = (encoderLow.oldStep * QM4[four]) >> 15;
        encoderLow.predict(difference);
        return code;
    }

    private int high(int sample) {
        int error = saturate(sample - encoderHigh.signal);
        int magnitude = error >= 0 ? error : -(error + 1);
        int i = magnitude >= (564 * encoderHigh.step) >> 12 ? 2 : 1;
        int code = error < 0 ? IHN[i] : IHP[i];
        int difference = (encoderHigh.step * QM2[code]) >> 15;
        encoderHigh.adaptHigh(RH2[code]);
        encoderHigh.predict(difference);
        return code;
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
        int low = limit(decoderLow.signal + ((decoderLow.step * QM6[six]) >> 15));
        int lowDifference = (decoderLow.step * QM4[four]) >> 15;
        decoderLow.adaptLow(RL42[four]);
        decoderLow.predict(lowDifference);

        int two = code >> 6;
        int highDifference = (decoderHigh.step * QM2[two]) >> 15;
        int high = limit(highDifference + decoderHigh.signal);
        decoderHigh.adaptHigh(RH2[two]);
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

    /// What one band remembers, at both ends alike: its quantizer's step, and a predictor of two poles and six zeros.
    private static final class Band {

        private int step;
        private int oldStep;
        private int signal;
        private int scale;
        private int zeroSignal;
        private final int[] reconstructed = new int[3];
        private final int[] poles = new int[3];
        private final int[] partial = new int[3];
        private final int[] differences = new int[7];
        private final int[] zeros = new int[7];

        private Band(int step) {
            this.step = step;
        }

        private void adaptLow(int index) {
            oldStep = step;
            scale = Math.clamp(((scale * 127) >> 7) + WL[index], 0, 18432);
            step = step(8 - (scale >> 11));
        }

        private void adaptHigh(int index) {
            scale = Math.clamp(((scale * 127) >> 7) + WH[index], 0, 22528);
            step = step(10 - (scale >> 11));
        }

        private int step(int shift) {
            int mantissa = ILB[(scale >> 6) & 31];
            return (shift < 0 ? mantissa << -shift : mantissa >> shift) << 2;
        }

        /// Block 4 of the recommendation: takes in the quantized difference and predicts the next sample.
        private void predict(int difference) {
            differences[0] = difference;
            reconstructed[0] = saturate(signal + difference);
            partial[0] = saturate(zeroSignal + difference);
            int[] signs = new int[7];
            for (int i = 0; i < 3; i++) {
                signs[i] = partial[i] >> 15;
            }
            int pole1 = saturate(poles[1] << 2);
            int toward = signs[0] == signs[1] ? -pole1 : pole1;
            int pole2 = (Math.min(toward, 32767) >> 7) + (signs[0] == signs[2] ? 128 : -128);
            poles(pole2 + ((poles[2] * 32512) >> 15), signs);
            zeros(difference);
            shift();
            signal = saturate(poleSignal() + zeroSignal);
        }

        private void poles(int pole2, int[] signs) {
            int second = Math.clamp(pole2, -12288, 12288);
            int first = (signs[0] == signs[1] ? 192 : -192) + ((poles[1] * 32640) >> 15);
            int bound = saturate(15360 - second);
            poles[1] = Math.clamp(first, -bound, bound);
            poles[2] = second;
        }

        private void zeros(int difference) {
            int move = difference == 0 ? 0 : 128;
            int sign = difference >> 15;
            for (int i = 1; i < 7; i++) {
                int towards = differences[i] >> 15 == sign ? move : -move;
                zeros[i] = saturate(towards + ((zeros[i] * 32640) >> 15));
            }
        }

        private void shift() {
            System.arraycopy(differences, 0, differences, 1, 6);
            System.arraycopy(reconstructed, 0, reconstructed, 1, 2);
            System.arraycopy(partial, 0, partial, 1, 2);
            int sum = 0;
            for (int i = 6; i > 0; i--) {
                sum += (zeros[i] * saturate(2 * differences[i])) >> 15;
            }
            zeroSignal = saturate(sum);
        }

        private int poleSignal() {
            int first = (poles[1] * saturate(2 * reconstructed[1])) >> 15;
            int second = (poles[2] * saturate(2 * reconstructed[2])) >> 15;
            return saturate(first + second);
        }
    }
}
