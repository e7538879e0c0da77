package dev.callbridge.matrix.event;

import java.util.List;

/// Events that came together. What ends a call can stand behind what begins it, in the same batch.
public record Batch(List<RoomEvent> events) {

    public Batch {
        events = List.copyOf(events);
    }

    /// Whether the call of `invite` was ended or taken by somebody in this batch, after the invite or, since networks
    /// reorder, before it.
    public boolean ends(RoomEvent invite) {
        return events.stream().anyMatch(event -> endsCall(event, invite));
    }

    /// Whether `event` means that the call of `invite` needs nobody to answer it any more.
    public static boolean endsCall(RoomEvent event, RoomEvent invite) {
        if (!event.roomId().equals(invite.roomId())) {
            return false;
        }
        return switch (event.type()) {
            case CallEvents.HANGUP, CallEvents.REJECT, CallEvents.ANSWER ->
                event.callId().equals(invite.callId());
            case "m.room.member" ->
                invite.sender().equals(event.stateKey())
                        && List.of("leave", "ban").contains(event.text("membership"));
            default -> false;
        };
    }
}
