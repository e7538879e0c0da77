package dev.callbridge.matrix;

import dev.callbridge.matrix.event.RoomEvent;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Which leg an event belongs to, by room and call id. From any thread.
final class CallRoutes {

    /// A live leg.
    interface Listener {

        /// A call event of the other side.
        void heard(RoomEvent event);

        /// The other side, or we, left the room.
        void left();

        /// Whether we ring the user, who has not answered yet.
        boolean rings();

        /// We ring the user on whose behalf this leg calls, in the same room.
        void collided();

        /// The Matrix user on this leg.
        String user();

        /// The one of ours in this call.
        String ours();
    }

    private record Key(String room, String callId) {}

    private final ConcurrentMap<Key, Listener> live = new ConcurrentHashMap<>();

    void add(String room, String callId, Listener leg) {
        live.put(new Key(room, callId), leg);
    }

    void remove(String room, String callId) {
        live.remove(new Key(room, callId));
    }

    boolean has(String room, String callId) {
        return live.containsKey(new Key(room, callId));
    }

    /// Hands over an event, if there is a leg for it and the event is the other side's.
    void route(RoomEvent event) {
        Listener leg = live.get(new Key(event.roomId(), event.callId()));
        if (leg != null && leg.user().equals(event.sender())) {
            leg.heard(event);
        }
    }

    /// Whether we ring `user` in `room`.
    boolean rings(String room, String user) {
        return live.entrySet().stream()
                .anyMatch(entry -> entry.getKey().room().equals(room)
                        && entry.getValue().user().equals(user)
                        && entry.getValue().rings());
    }

    /// We ring `user` in `room` from now on.
    void collide(String room, String user) {
        live.forEach((key, leg) -> {
            if (key.room().equals(room) && leg.user().equals(user)) {
                leg.collided();
            }
        });
    }

    /// Who leaves a room leaves the calls in it.
    void left(String room, String who) {
        live.forEach((key, leg) -> {
            if (key.room().equals(room) && (leg.user().equals(who) || leg.ours().equals(who))) {
                leg.left();
            }
        });
    }
}
