package dev.callbridge.media;

import dev.callbridge.media.rtp.OutgoingStream;
import dev.callbridge.media.rtp.RtpPacket;
import dev.callbridge.media.transport.Beat;
import dev.callbridge.media.transport.Shard;
import dev.callbridge.sdp.AudioCodec;
import java.security.SecureRandom;
import java.util.Arrays;

/// A few packets of silence towards a trunk that nothing is sent to yet: routers on the way and peers that answer to
/// where packets come from let nothing through before. Of the shard's thread.
final class Opening implements Beat {

    private static final int PACKETS = 3;
    private static final int HEADER = 12;
    private static final int TICKS = 160;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final AudioCodec codec;
    private final int payloadType;
    private final OutgoingStream stream;
    private final Shard shard;
    private final int source = RANDOM.nextInt();
    private long expected = -1;
    private int sent;

    Opening(AudioCodec codec, int payloadType, OutgoingStream stream, Shard shard) {
        this.codec = codec;
        this.payloadType = payloadType;
        this.stream = stream;
        this.shard = shard;
    }

    @Override
    public void tick(RtpPacket packet, long now) {
        boolean soundPasses = expected >= 0 && stream.passed() != expected;
        if (soundPasses || sent == PACKETS) {
            shard.leave(this);
            return;
        }
        // One beat is waited for, so that sound that passes already is not interrupted.
        if (expected >= 0) {
            packet.received(HEADER + TICKS, now);
            byte[] bytes = packet.bytes();
            int start = packet.offset();
            bytes[start] = (byte) 0x80;
            bytes[start + 1] = (byte) payloadType;
            packet.sequence(sent);
            packet.timestamp(TICKS * sent);
            packet.ssrc(source);
            Arrays.fill(bytes, start + HEADER, start + HEADER + TICKS, silence());
            stream.take(packet);
            sent++;
        }
        expected = stream.passed();
    }

    private byte silence() {
        return switch (codec) {
            case PCMU -> (byte) 0xFF;
            case PCMA -> (byte) 0xD5;
            case G722 -> (byte) 0xFA;
        };
    }
}
