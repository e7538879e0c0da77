package dev.callbridge.media.transport;

import dev.callbridge.media.rtp.RtpPacket;

/// Has something to do every 20 ms. Of the shard's thread.
@FunctionalInterface
public interface Beat {

    /// @param packet free to be used for what is sent now
    /// @param now when this beat was due, on the clock of [RtpPacket#arrival]; never earlier than the one before
    void tick(RtpPacket packet, long now);
}
