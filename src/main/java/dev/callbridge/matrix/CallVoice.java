package dev.callbridge.matrix;

import dev.callbridge.call.LegId;
import dev.callbridge.matrix.client.Outgoing.Outcome;
import java.time.Duration;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// Sends the events of one call to where the other side listens for them. From any thread; never blocks.
interface CallVoice {

    /// @param purpose what it is there for, unique within its leg
    /// @param patience how long it is of use
    void call(LegId leg, String purpose, String type, ObjectNode content, Duration patience, Consumer<Outcome> heard);
}
