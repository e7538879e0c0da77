package dev.callbridge.matrix.event;

import dev.callbridge.call.Sdp;
import dev.callbridge.matrix.leg.Peer;
import dev.callbridge.matrix.leg.PeerVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// An event of a room, as the homeserver tells it to clients and application services.
///
/// @param stateKey null if it is no state event
/// @param ageAtReceipt how old it was when it came to us, never negative
/// @param received when it came to us
public record RoomEvent(
        String roomId,
        String eventId,
        String type,
        String sender,
        @Nullable String stateKey,
        JsonNode content,
        Duration ageAtReceipt,
        Instant received) {

    private static final Pattern IDENTIFIER = Pattern.compile("[^\\p{Cntrl}]{1,255}");

    /// @param room the room it is in, where the event itself doesn't say
    /// @return empty if something is missing that every event has
    public static Optional<RoomEvent> read(JsonNode node, String room, Instant received) {
        String roomId = node.path("room_id").asString(room);
        String eventId = node.path("event_id").asString("");
        String type = node.path("type").asString("");
        String sender = node.path("sender").asString("");
        if (roomId.isEmpty() || eventId.isEmpty() || type.isEmpty() || sender.isEmpty()) {
            return Optional.empty();
        }
        String stateKey =
                node.path("state_key").isString() ? node.path("state_key").asString() : null;
        return Optional.of(new RoomEvent(
                roomId, eventId, type, sender, stateKey, node.path("content"), age(node, received), received));
    }

    /// The server's own word if there is one: its clock and ours differ.
    private static Duration age(JsonNode node, Instant received) {
        for (JsonNode said : new JsonNode[] {node.path("unsigned").path("age"), node.path("age")}) {
            long age = said.isNumber() ? said.asLong(-1) : -1;
            if (age >= 0) {
                return Duration.ofMillis(age);
            }
        }
        long origin = node.path("origin_server_ts").asLong(received.toEpochMilli());
        return Duration.ofMillis(Math.max(0, received.toEpochMilli() - origin));
    }

    /// How old it is, the time it waited with us included.
    public Duration age(Instant now) {
        Duration waited = Duration.between(received, now);
        return waited.isNegative() ? ageAtReceipt : ageAtReceipt.plus(waited);
    }

    /// A text of the content; empty if it is missing or no text.
    public String text(String key) {
        JsonNode value = content.path(key);
        return value.isString() ? value.asString() : "";
    }

    /// An identifier that a client has made up; empty if it is missing, longer than the specification lets any be, or
    /// has
    /// control characters, which would tear up a log line and which no row takes.
    public String identifier(String key) {
        return identifier(content, key);
    }

    static String identifier(JsonNode content, String key) {
        String said = content.path(key).isString() ? content.path(key).asString() : "";
        return IDENTIFIER.matcher(said).matches() ? said : "";
    }

    /// A session description; empty if it is missing, or can be none.
    public Sdp description(String key) {
        String said = content.path(key).path("sdp").asString("");
        return new Sdp(said.indexOf('\0') < 0 ? said : "");
    }

    /// The call that a call event belongs to; empty if it says none.
    public String callId() {
        return identifier("call_id");
    }

    /// The device that sent a call event.
    ///
    /// @param description its own one
    public Peer peer(Sdp description) {
        PeerVersion version = content.path("version").asString("").equals("0") ? PeerVersion.ZERO : PeerVersion.ONE;
        return Peer.of(identifier("party_id"), version, description);
    }

    /// Without content: what people say and session descriptions stay out of logs.
    @Override
    public String toString() {
        return type + " " + eventId;
    }
}
