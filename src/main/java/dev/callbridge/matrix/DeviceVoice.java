package dev.callbridge.matrix;

import dev.callbridge.bridge.Ladder;
import dev.callbridge.call.LegId;
import dev.callbridge.matrix.client.Outbox;
import dev.callbridge.matrix.client.Outgoing;
import dev.callbridge.matrix.client.Outgoing.Outcome;
import dev.callbridge.matrix.client.Outgoing.Urgency;
import dev.callbridge.matrix.event.DeviceMessage;
import dev.callbridge.matrix.event.RoomEvent;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// Sends the events of one call to the device that placed it, and not into the room: as clients of Famedly's kind do
/// among themselves. In the spelling and with the session that the call came with.
///
/// @param as our user that speaks
/// @param ours our device
/// @param theirs who is spoken to
/// @param invite what the call came with
/// @param said how many there were
record DeviceVoice(
        Outbox outbox,
        String room,
        String as,
        String ours,
        Outgoing.Device theirs,
        RoomEvent invite,
        DeviceMessage.Spelling spelling,
        AtomicInteger said)
        implements CallVoice {

    DeviceVoice(Outbox outbox, RoomEvent invite, DeviceMessage message, Ghost ghost) {
        this(
                outbox,
                invite.roomId(),
                ghost.userId(),
                ghost.partyId(),
                new Outgoing.Device(invite.sender(), device(invite)),
                invite,
                message.spelling(),
                new AtomicInteger());
    }

    /// Who doesn't say which device it is, hears it on all.
    private static String device(RoomEvent invite) {
        String said = invite.text("device_id");
        return said.isEmpty() ? "*" : said;
    }

    @Override
    public void call(
            LegId leg, String purpose, String type, ObjectNode content, Duration patience, Consumer<Outcome> heard) {
        ObjectNode addressed = content.deepCopy()
                .put("room_id", room)
                .put("device_id", ours)
                .put("sender_session_id", ours)
                .put("seq", said.getAndIncrement());
        answering(addressed, "dest_session_id", invite.text("sender_session_id"));
        answering(addressed, "conf_id", invite.text("conf_id"));
        String id = RoomVoice.transaction(leg, purpose);
        var message = new Outgoing(room, as, spelling.written(type), id, addressed, Urgency.CALL, patience, theirs);
        outbox.send(message, outcome -> {
            if (outcome instanceof Outcome.Sent) {
                Ladder.sent(Ladder.Side.MATRIX, leg, type);
            }
            heard.accept(outcome);
        });
    }

    private static void answering(ObjectNode content, String key, String value) {
        if (!value.isEmpty()) {
            content.put(key, value);
        }
    }
}
