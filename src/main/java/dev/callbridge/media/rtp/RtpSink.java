package dev.callbridge.media.rtp;

/// The next stage on the way of a packet. Stages of one call belong to one thread.
@FunctionalInterface
public interface RtpSink {

    /// Nowhere.
    RtpSink NOWHERE = _ -> {};

    /// @param packet valid until this returns; stages change it in place
    void take(RtpPacket packet);
}
