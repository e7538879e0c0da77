package dev.callbridge.media.rtp.codec;

import dev.callbridge.sdp.AudioCodec;

/// Whether anything is to be heard in a packet. Digital silence is not; the quiet noise of a real line is.
public final class Loudness {

    /// Codes of a µ-law sample of no more than 8 of 32 767: the lowest step on either side of zero.
    private static final int MU_LAW_QUIET = 0x7E;
    /// Codes of an A-law sample of no more than 8 of 32 767, without the sign.
    private static final int A_LAW_QUIET = 0x55;

    private static final int UPPER_BAND = 0xC0;

    private Loudness() {}

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
