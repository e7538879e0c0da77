package dev.callbridge.matrix.event;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A call event that was sent to a device instead of a room (MSC2409), and which room it belongs to.
///
/// @param user whose device it was sent to
/// @param device which of them
/// @param event as it would be in the room; its id is made up, and the same for a repeat
public record DeviceMessage(String user, String device, Spelling spelling, RoomEvent event) {

    /// What call events are called when they are sent to devices.
    public enum Spelling {
        PLAIN("m.call."),
        FAMEDLY("com.famedly.call.member.");

        private final String prefix;

        Spelling(String prefix) {
            this.prefix = prefix;
        }

        /// @param type as in rooms
        public String written(String type) {
            return type.startsWith(PLAIN.prefix) ? prefix + type.substring(PLAIN.prefix.length()) : type;
        }

        private Optional<String> read(String type) {
            return type.startsWith(prefix)
                    ? Optional.of(PLAIN.prefix + type.substring(prefix.length()))
                    : Optional.empty();
        }
    }

    /// @return empty if it is no call event, or says no room
    public static Optional<DeviceMessage> read(JsonNode node, Instant received) {
        for (Spelling spelling : Spelling.values()) {
            Optional<String> type = spelling.read(node.path("type").asString(""));
            if (type.isPresent()) {
                return read(node, spelling, type.get(), received);
            }
        }
        return Optional.empty();
    }

    private static Optional<DeviceMessage> read(JsonNode node, Spelling spelling, String type, Instant received) {
        JsonNode content = node.path("content");
        String room = RoomEvent.identifier(content, "room_id");
        String sender = node.path("sender").asString("");
        String user = node.path("to_user_id").asString("");
        if (room.isEmpty() || sender.isEmpty() || user.isEmpty()) {
            return Optional.empty();
        }
        String id = "to-device " + sender + " " + RoomEvent.identifier(content, "call_id") + " " + type;
        var event = new RoomEvent(room, id, type, sender, null, content, Duration.ZERO, received);
        return Optional.of(new DeviceMessage(user, node.path("to_device_id").asString(""), spelling, event));
    }
}
