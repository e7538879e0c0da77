package dev.callbridge.sdp;

import java.util.List;

/// What we say about ourselves in an RTP description that is not WebRTC's.
///
/// @param origin first version
/// @param address a literal
/// @param port of RTP, even; RTCP is one above
/// @param keys that we send with: in an offer one for each way to encrypt, in an answer the chosen one; empty: none
/// @param insisting whether our first offer leaves no choice but to encrypt
public record OwnRtp(Origin origin, String address, int port, List<Crypto> keys, boolean insisting) {

    public OwnRtp {
        keys = List.copyOf(keys);
    }

    /// Without encryption.
    public OwnRtp(Origin origin, String address, int port) {
        this(origin, address, port, List.of(), false);
    }

    public OwnRtp with(List<Crypto> newKeys) {
        return new OwnRtp(origin, address, port, newKeys, insisting);
    }
}
