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
        if (bytes == 0 || !Loudness.isAudible(codec, packet.bytes(), start, bytes)) {
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
}
