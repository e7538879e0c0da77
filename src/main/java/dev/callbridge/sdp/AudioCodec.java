package dev.callbridge.sdp;

/// An audio codec that passes through the bridge, by its encoding name (RFC 3551 §4.5, §6).
public enum AudioCodec {
    PCMU(0),
    PCMA(8),
    /// Its RTP clock is 8 000 Hz although it samples at 16 000 (RFC 3551 §4.5.2).
    G722(9);

    private final int payloadType;

    AudioCodec(int payloadType) {
        this.payloadType = payloadType;
    }

    /// The static payload type (RFC 3551 table 4).
    public int payloadType() {
        return payloadType;
    }

    /// Ticks per second of the RTP timestamp.
    public int clockRate() {
        return 8000;
    }
}
