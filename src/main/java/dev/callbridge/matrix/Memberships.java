package dev.callbridge.matrix;

import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.Rights;
import dev.callbridge.matrix.appservice.RoomQueues;
import dev.callbridge.matrix.client.HomeserverClient;
import dev.callbridge.matrix.client.MatrixException;
import dev.callbridge.matrix.event.RoomEvent;
import dev.callbridge.store.DatabaseUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who comes into rooms and who leaves. Invitations of ours are accepted at once, since a client that opens a direct
/// chat calls half a second later. Blocks; in order within a room.
final class Memberships {

    private static final Logger log = LoggerFactory.getLogger(Memberships.class);

    /// When a room is read again after a join: what was said before it is never pushed, and may come late.
    private static final List<Duration> LOOKS = List.of(Duration.ofSeconds(1), Duration.ofSeconds(3));

    private static final List<Duration> JOIN_PAUSES =
            List.of(Duration.ofMillis(300), Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(10));

    private final Ghosts ghosts;
    private final Rooms rooms;
    private final Portals portals;
    private final CallRoutes routes;
    private final Rights rights;
    private final HomeserverClient homeserver;
    private final RoomQueues queues;
    private final ScheduledExecutorService timers;
    private final BiConsumer<String, String> newcomers;
    private final JoinedRoom joinedRoom;

    /// What to do in a room that one of ours has just joined.
    @FunctionalInterface
    interface JoinedRoom {

        /// @return whether somebody calls there
        boolean look(String room, String ours);
    }

    /// @param newcomers hears of rooms that the bot joined, and who invited it
    Memberships(
            Ghosts ghosts,
            Rooms rooms,
            Portals portals,
            CallRoutes routes,
            Rights rights,
            HomeserverClient homeserver,
            RoomQueues queues,
            ScheduledExecutorService timers,
            BiConsumer<String, String> newcomers,
            JoinedRoom joinedRoom) {
        this.ghosts = ghosts;
        this.rooms = rooms;
        this.portals = portals;
        this.routes = routes;
        this.rights = rights;
        this.homeserver = homeserver;
        this.queues = queues;
        this.timers = timers;
        this.newcomers = newcomers;
        this.joinedRoom = joinedRoom;
    }

    void changed(RoomEvent event) {
        String who = event.stateKey();
        if (who == null) {
            return;
        }
        MatrixIds ids = ghosts.ids();
        switch (event.text("membership")) {
            case "join" -> rooms.joined(event.roomId(), who);
            case "invite" -> {
                if (ids.isOurs(who) && !ids.isOurs(event.sender())) {
                    invited(event.roomId(), who, event.sender());
                }
            }
            case "leave", "ban" -> {
                rooms.left(event.roomId(), who, ids.isOurs(who) ? List.of(who) : List.of());
                routes.left(event.roomId(), who);
            }
            default -> {}
        }
    }

    private void invited(String room, String ours, String user) {
        if (rights.knows(new MatrixUser(user))) {
            join(room, ours, user, 0);
            return;
        }
        decline(room, ours, true);
    }

    /// @param again whether to try once more if the homeserver does not know our ghost
    private void decline(String room, String ours, boolean again) {
        try {
            homeserver.leave(
                    room,
                    ours,
                    "You may not use telephones here. Ask the admin of "
                            + ghosts.ids().server());
        } catch (MatrixException e) {
            if (again && !e.passing() && registered(ours)) {
                decline(room, ours, false);
            } else {
                log.info("an invitation could not be declined: {}", e.getMessage());
            }
        }
    }

    private void join(String room, String ours, String user, int attempt) {
        try {
            homeserver.join(room, ours);
        } catch (MatrixException e) {
            if (e.passing() && attempt < JOIN_PAUSES.size()) {
                later(JOIN_PAUSES.get(attempt), room, () -> join(room, ours, user, attempt + 1));
            } else if (attempt < JOIN_PAUSES.size() && registered(ours)) {
                // The homeserver lost our ghost, or never asked for it.
                join(room, ours, user, JOIN_PAUSES.size());
            } else {
                log.warn("an invitation could not be accepted: {}", e.getMessage());
            }
            return;
        }
        rooms.forget(room);
        boolean calls = joinedRoom.look(room, ours);
        remember(room, ours, user);
        if (!calls) {
            LOOKS.forEach(after -> later(after, room, () -> {
                boolean _ = joinedRoom.look(room, ours);
            }));
        }
    }

    private boolean registered(String ours) {
        try {
            homeserver.register(ghosts.ids().localpart(ours));
            return true;
        } catch (MatrixException e) {
            log.warn("a ghost could not be registered: {}", e.getMessage());
            return false;
        }
    }

    private void remember(String room, String ours, String user) {
        try {
            if (ghosts.ids().isBot(ours)) {
                newcomers.accept(room, user);
            } else {
                portals.add(room, ours, user);
                Ghost _ = ghosts.of(ours);
            }
        } catch (DatabaseUnavailable | MatrixException e) {
            log.warn("a room could not be remembered: {}", e.getMessage());
        }
    }

    private void later(Duration after, String room, Runnable work) {
        var _ = timers.schedule(() -> queues.run(room, work), after.toMillis(), TimeUnit.MILLISECONDS);
    }
}
