package dev.callbridge.media.rtp.codec;

import dev.callbridge.sdp.AudioCodec;

/// Whether anything is to be heard in a packet.
public final class Loudness {

    /// Codes of a µ-law sample of no more than 8 of 32 767: the lowest step on either side of zero.
    private static final int MU_LAW_QUIET = 0x7E;
    /// Codes of an A-law sample of no more than 8 of 32 767, without the sign.
    private static final int A_LAW_QUIET = 0x55;

    /// Mean amplitude of 16 bits, about -46 dB: above comfort noise and the hum of a line.
    private static final int QUIET = 160;

    private static final int UPPER_BAND = 0xC0;

    private Loudness() {}

    /// Whether it is more than digital silence: the quiet noise of a real line is enough.
    public static boolean isSound(AudioCodec codec, byte[] bytes, int from, int length) {
        return switch (codec) {
            case PCMU -> {
                for (int i = from; i < from + length; i++) {
                    if ((bytes[i] & 0x7F) < MU_LAW_QUIET) {
                        yield true;
                    }
                }
                yield false;
            }
            case PCMA -> {
                for (int i = from; i < from + length; i++) {
                    if ((bytes[i] & 0x7F) != A_LAW_QUIET) {
                        yield true;
                    }
                }
                yield false;
            }
            case G722 -> varies(bytes, from, length);
        };
    }

    /// Whether people would hear it: a word or a tone, not the noise of a line. Of G.722 no more is known than by
    /// [#isSound].
    ///
    /// @param length not 0
    public static boolean isAudible(AudioCodec codec, byte[] bytes, int from, int length) {
        return switch (codec) {
            case PCMU -> {
                long sum = 0;
                for (int i = from; i < from + length; i++) {
                    sum += G711.muLawAmplitude(bytes[i]);
                }
                yield sum / length > QUIET;
            }
            case PCMA -> {
                long sum = 0;
                for (int i = from; i < from + length; i++) {
                    sum += G711.aLawAmplitude(bytes[i]);
                }
                yield sum / length > QUIET;
            }
            case G722 -> varies(bytes, from, length);
        };
    }

    /// A code means nothing by itself; but in the upper band of perfect silence it is always the same.
    private static boolean varies(byte[] bytes, int from, int length) {
        for (int i = from; i < from + length; i++) {
            if ((bytes[i] & UPPER_BAND) != UPPER_BAND) {
                return true;
            }
        }
        return false;
    }
}
