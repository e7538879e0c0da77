package dev.callbridge.matrix.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// An event that shall be sent to a room, or, in order with what is sent there, to a device.
///
/// @param as which of our users sends it
/// @param transactionId made from call, leg and purpose, so that a repeat is no second event
/// @param patience how long it is of use
/// @param to null: everybody in the room
public record Outgoing(
        String room,
        String as,
        String type,
        String transactionId,
        JsonNode content,
        Urgency urgency,
        Duration patience,
        @Nullable Device to) {

    public Outgoing(
            String room,
            String as,
            String type,
            String transactionId,
            JsonNode content,
            Urgency urgency,
            Duration patience) {
        this(room, as, type, transactionId, content, urgency, patience, null);
    }

    /// One device of a user.
    ///
    /// @param device `*`: all of them
    public record Device(String user, String device) {}

    /// Within a room call events go ahead of notices.
    public enum Urgency {
        CALL,
        NOTICE
    }

    /// What came of it.
    public sealed interface Outcome {

        /// @param eventId empty if it went to a device
        record Sent(String eventId) implements Outcome {}

        /// It is not in the room, as far as we know: refused, taken back, or of no use any more.
        record Dropped(String why) implements Outcome {}
    }

    /// Without content.
    @Override
    public String toString() {
        return type + " " + transactionId;
    }
}
