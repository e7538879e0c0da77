package dev.callbridge.matrix.event;

import dev.callbridge.call.Sdp;
import dev.callbridge.matrix.leg.PeerVersion;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What an `m.call.invite` says.
///
/// @param invitee empty: whoever else is in the room
public record Invite(String callId, PeerVersion version, Duration lifetime, String invitee, Sdp offer) {

    /// Clients that forget it mean a minute, as the others say.
    private static final Duration USUAL_LIFETIME = Duration.ofSeconds(60);

    /// @return empty if it names no call; without a readable offer the description is empty
    public static Optional<Invite> read(RoomEvent event) {
        if (event.callId().isEmpty()) {
            return Optional.empty();
        }
        long lifetime = event.content().path("lifetime").asLong(0);
        return Optional.of(new Invite(
                event.callId(),
                version(event.content().path("version")),
                lifetime > 0 ? Duration.ofMillis(lifetime) : USUAL_LIFETIME,
                event.text("invitee"),
                new Sdp(event.content().path("offer").path("sdp").asString(""))));
    }

    private static PeerVersion version(JsonNode version) {
        return version.asString("").equals("0") ? PeerVersion.ZERO : PeerVersion.ONE;
    }
}
