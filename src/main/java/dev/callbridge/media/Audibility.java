package dev.callbridge.media;

import dev.callbridge.media.rtp.RtpPacket;
import dev.callbridge.media.rtp.RtpSink;
import dev.callbridge.media.rtp.codec.Loudness;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sdp.AudioFormats;
import org.jspecify.annotations.Nullable;

/// Listens whether anything can be heard, and says so once. Of the shard's thread.
final class Audibility implements RtpSink {

    /// Shorter than any tone or word that is meant to be heard.
    private static final int ENOUGH = 600;

    /// After so much silence what was before was a click.
    private static final int FORGOTTEN = 1000;

    /// Mean amplitude of 16 bits, about -46 dB: above comfort noise and the hum of a line.
    private static final int QUIET = 160;

    private final @Nullable AudioCodec[] codecs = new AudioCodec[128];
    private final Runnable audible;
    private int heard;
    private int silent;
    private boolean told;

    /// @param formats what packets may hold
    /// @param audible runs once
    Audibility(AudioFormats formats, Runnable audible) {
        formats.codecs().forEach((codec, number) -> codecs[number] = codec);
        this.audible = audible;
    }

    @Override
    public void take(RtpPacket packet) {
        AudioCodec codec = codecs[packet.payloadType()];
        if (told || codec == null) {
            return;
        }
        int start = packet.payload();
        int bytes = packet.payloadLength();
        // All codecs have 8 bytes per millisecond.
        int milliseconds = bytes / 8;
        if (bytes == 0 || !isAudible(codec, packet.bytes(), start, bytes)) {
            silent += milliseconds;
            heard = silent > FORGOTTEN ? 0 : heard;
            return;
        }
        silent = 0;
        heard += milliseconds;
        if (heard >= ENOUGH) {
            told = true;
            audible.run();
        }
    }

    private static boolean isAudible(AudioCodec codec, byte[] bytes, int start, int length) {
        return switch (codec) {
            case PCMU, PCMA -> {
                long sum = 0;
                for (int i = start; i < start + length; i++) {
                    sum += codec == AudioCodec.PCMU ? mu(bytes[i]) : a(bytes[i]);
                }
                yield sum / length > QUIET;
            }
            case G722 -> Loudness.isSound(codec, bytes, start, length);
        };
    }

    /// The amplitude that a byte of µ-law stands for (ITU-T G.711).
    private static int mu(byte coded) {
        int inverted = ~coded;
        int segment = (inverted >> 4) & 0x07;
        return ((((inverted & 0x0F) << 3) + 0x84) << segment) - 0x84;
    }

    /// The amplitude that a byte of A-law stands for (ITU-T G.711).
    private static int a(byte coded) {
        int toggled = coded ^ 0x55;
        int segment = (toggled >> 4) & 0x07;
        int step = ((toggled & 0x0F) << 4) + 8;
        return segment == 0 ? step : (step + 0x100) << (segment - 1);
    }
}
