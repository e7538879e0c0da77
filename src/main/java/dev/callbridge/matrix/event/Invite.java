package dev.callbridge.matrix.event;

import dev.callbridge.call.Sdp;
import dev.callbridge.matrix.leg.Peer;
import java.time.Duration;
import java.util.Optional;

/// What an `m.call.invite` says.
///
/// @param peer who calls
/// @param invitee empty: whoever else is in the room
/// @param inviteeDevice empty: any of the invitee's devices
public record Invite(String callId, Peer peer, Duration lifetime, String invitee, String inviteeDevice, Sdp offer) {

    /// Clients that forget it mean a minute, as the others say.
    private static final Duration USUAL_LIFETIME = Duration.ofSeconds(60);

    /// @return empty if it names no call; without a readable offer the description is empty
    public static Optional<Invite> read(RoomEvent event) {
        if (event.callId().isEmpty()) {
            return Optional.empty();
        }
        long lifetime = event.content().path("lifetime").asLong(0);
        Sdp offer = event.description("offer");
        return Optional.of(new Invite(
                event.callId(),
                event.peer(offer),
                lifetime > 0 ? Duration.ofMillis(lifetime) : USUAL_LIFETIME,
                event.text("invitee"),
                event.text("invitee_device_id"),
                offer));
    }
}
