package dev.callbridge.sdp;

import java.util.List;

/// What we say about ourselves in a WebRTC description.
///
/// @param origin first version
/// @param candidates all that there are: we have no more to trickle
public record OwnWebRtc(
        Origin origin,
        String ufrag,
        String password,
        String fingerprint,
        List<Candidate> candidates,
        MediaSource source) {

    public OwnWebRtc {
        candidates = List.copyOf(candidates);
    }

    /// The stream of packets that we send (RFC 5576, RFC 8830).
    ///
    /// @param ssrc unsigned
    public record MediaSource(int ssrc, String cname, String stream, String track) {}
}
