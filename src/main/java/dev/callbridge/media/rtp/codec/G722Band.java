package dev.callbridge.media.rtp.codec;

/// What encoder and decoder of G.722 remember of one band, both alike: its quantizer's step, and a predictor of two
/// poles and six zeros (ITU-T G.722 §3.6).
public final class G722Band {

    private static final int[] WL = {-60, -30, 58, 172, 334, 538, 1198, 3042};
    private static final int[] RL42 = {0, 7, 6, 5, 4, 3, 2, 1, 7, 6, 5, 4, 3, 2, 1, 0};
    private static final int[] ILB = {
        2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834, 2896, 2960,
        3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008
    };
    private static final int[] WH = {0, -214, 798};
    private static final int[] RH2 = {2, 1, 2, 1};

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
    private final int[] signs = new int[3];

    /// @param step of the quantizer at the beginning: 32 for the lower band, 8 for the upper
    public G722Band(int step) {
        this.step = step;
    }

    /// The lower band takes in a code of four bits.
    public void adaptLow(int code) {
        oldStep = step;
        scale = Math.clamp(((scale * 127) >> 7) + WL[RL42[code]], 0, 18432);
        step = step(8 - (scale >> 11));
    }

    /// The upper band takes in a code of two bits.
    public void adaptHigh(int code) {
        scale = Math.clamp(((scale * 127) >> 7) + WH[RH2[code]], 0, 22528);
        step = step(10 - (scale >> 11));
    }

    private int step(int shift) {
        int mantissa = ILB[(scale >> 6) & 31];
        return (shift < 0 ? mantissa << -shift : mantissa >> shift) << 2;
    }

    /// Block 4 of the recommendation: takes in the quantized difference and predicts the next sample.
    public void predict(int difference) {
        differences[0] = difference;
        reconstructed[0] = saturate(signal + difference);
        partial[0] = saturate(zeroSignal + difference);
        for (int i = 0; i < 3; i++) {
            signs[i] = partial[i] >> 15;
        }
        int pole1 = saturate(poles[1] << 2);
        int toward = signs[0] == signs[1] ? -pole1 : pole1;
        int pole2 = (Math.min(toward, 32767) >> 7) + (signs[0] == signs[2] ? 128 : -128);
        poles(pole2 + ((poles[2] * 32512) >> 15));
        zeros(difference);
        shift();
        signal = saturate(poleSignal() + zeroSignal);
    }

    private void poles(int pole2) {
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

    /// Of the quantizer.
    public int step() {
        return step;
    }

    /// The one before the last code was taken in.
    public int oldStep() {
        return oldStep;
    }

    /// The next sample, as predicted.
    public int signal() {
        return signal;
    }

    static int saturate(int value) {
        return Math.clamp(value, Short.MIN_VALUE, Short.MAX_VALUE);
    }
}
