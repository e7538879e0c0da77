package dev.callbridge.media.rtp.codec;

/// ITU-T G.722 at 64 kbit/s: two samples of 16 kHz sound become one byte, six bits of adaptive PCM for the lower band
/// and two for the upper.
public final class G722Encoder {

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
    private static final int[] QM4 = {
        0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0
    };
    private static final int[] QM2 = {-7408, -1616, 7408, 1616};
    private static final int[] IHN = {0, 1, 0};
    private static final int[] IHP = {0, 3, 2};

    private final int[] history = new int[24];
    private final G722Band low = new G722Band(32);
    private final G722Band high = new G722Band(8);

    /// @param samples an even number of them
    public byte[] encode(short[] samples) {
        byte[] payload = new byte[samples.length / 2];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) encode(samples[2 * i], samples[2 * i + 1]);
        }
        return payload;
    }

    private int encode(int first, int second) {
        System.arraycopy(history, 2, history, 0, 22);
        history[22] = first;
        history[23] = second;
        int even = 0;
        int odd = 0;
        for (int i = 0; i < 12; i++) {
            odd += history[2 * i] * QMF[i];
            even += history[2 * i + 1] * QMF[11 - i];
        }
        return (high((even - odd) >> 14) << 6) | low((even + odd) >> 14);
    }

    private int low(int sample) {
        int error = G722Band.saturate(sample - low.signal());
        int magnitude = error >= 0 ? error : -(error + 1);
        int i = 1;
        while (i < 30 && magnitude >= (Q6[i] * low.step()) >> 12) {
            i++;
        }
        int code = error < 0 ? ILN[i] : ILP[i];
        int four = code >> 2;
        low.adaptLow(four);
        int difference = (low.oldStep() * QM4[four]) >> 15;
        low.predict(difference);
        return code;
    }

    private int high(int sample) {
        int error = G722Band.saturate(sample - high.signal());
        int magnitude = error >= 0 ? error : -(error + 1);
        int i = magnitude >= (564 * high.step()) >> 12 ? 2 : 1;
        int code = error < 0 ? IHN[i] : IHP[i];
        int difference = (high.step() * QM2[code]) >> 15;
        high.adaptHigh(code);
        high.predict(difference);
        return code;
    }
}
