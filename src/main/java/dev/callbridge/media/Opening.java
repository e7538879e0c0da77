package dev.callbridge.media;

import dev.callbridge.media.rtp.OutgoingStream;
import dev.callbridge.media.rtp.RtpPacket;
import dev.callbridge.media.rtp.codec.Sounds;
import dev.callbridge.media.transport.Beat;
import dev.callbridge.media.transport.Shard;
import dev.callbridge.sdp.AudioCodec;
import java.time.Duration;

/// A few packets of silence towards a trunk that nothing is sent to yet: routers on the way and peers that answer to
/// where packets come from let nothing through before. Of the shard's thread.
final class Opening implements Beat {

    private static final int PACKETS = 3;

    /// What is more recent opens the way itself.
    private static final long IDLE = Duration.ofMillis(100).toNanos();

    private final AudioCodec codec;
    private final int payloadType;
    private final OutgoingStream stream;
    private final Shard shard;
    private int sent;
    private long expected;

    Opening(AudioCodec codec, int payloadType, OutgoingStream stream, Shard shard) {
        this.codec = codec;
        this.payloadType = payloadType;
        this.stream = stream;
        this.shard = shard;
        this.expected = stream.passed();
    }

    @Override
    public void tick(RtpPacket packet, long now) {
        boolean needed = sent < PACKETS && stream.passed() == expected && (sent > 0 || stream.idle(now) > IDLE);
        if (!needed) {
            shard.leave(this);
            return;
        }
        packet.compose(payloadType, Sounds.FRAME, now);
        Sounds.of(codec).silence(packet.bytes(), packet.payload());
        stream.insert(packet, stream.timestampAt(now), Sounds.FRAME);
        sent++;
        expected = stream.passed();
    }
}
