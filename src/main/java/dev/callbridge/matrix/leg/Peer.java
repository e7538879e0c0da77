package dev.callbridge.matrix.leg;

import dev.callbridge.call.Sdp;
import dev.callbridge.sdp.SdpException;
import dev.callbridge.sdp.SessionDescription;

/// The device of a Matrix user in a call.
///
/// @param partyId names the device within the call; empty in version 0
/// @param bearsOffers whether it can be offered anything new once the call is up
public record Peer(String partyId, PeerVersion version, boolean bearsOffers) {

    private static final String UNSPECIFIED = "0.0.0.0";

    /// @param description the device's own one
    public static Peer of(String partyId, PeerVersion version, Sdp description) {
        return new Peer(partyId, version, version == PeerVersion.ONE && !isByGStreamer(description));
    }

    /// nheko hangs up when it is offered something new. What tells it is the library that writes its descriptions:
    /// GStreamer's webrtcbin has an anonymous origin at 0.0.0.0. The origin of libwebrtc, in most other clients, is
    /// at 127.0.0.1, and Firefox's bears its name. Who else writes like GStreamer is spared too, and hears a hold
    /// without seeing it.
    private static boolean isByGStreamer(Sdp description) {
        try {
            var origin = SessionDescription.parse(description.text()).origin();
            return origin.username().equals("-") && origin.address().address().equals(UNSPECIFIED);
        } catch (SdpException _) {
            return false;
        }
    }
}
