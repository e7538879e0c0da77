package dev.callbridge.matrix;

import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.Rights;
import dev.callbridge.matrix.client.HomeserverClient;
import dev.callbridge.matrix.client.MatrixException;
import dev.callbridge.matrix.event.RoomEvent;
import dev.callbridge.store.DatabaseUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who comes into rooms and who leaves. Invitations of ours are accepted at once, since a client that opens a direct
/// chat calls half a second later. Blocks; in order within a room.
final class Memberships {

    private static final Logger log = LoggerFactory.getLogger(Memberships.class);

    /// When a room is read again after a join: what was said before it is never pushed, and may come late.
    private static final List<Duration> LOOKS = List.of(Duration.ofSeconds(1), Duration.ofSeconds(3));

    /// A room with more members is not for telephones, and costs memory.
    private static final int CROWD = 50;

    private static final List<Duration> JOIN_PAUSES =
            List.of(Duration.ofMillis(300), Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(10));

    private final Ghosts ghosts;
    private final Rooms rooms;
    private final Portals portals;
    private final CallRoutes routes;
    private final Rights rights;
    private final HomeserverClient homeserver;
    private final Later later;
    private final BiConsumer<String, String> newcomers;
    private final LookBack lookBack;

    /// @param newcomers hears of rooms that the bot joined and shares with one user alone
    Memberships(
            Ghosts ghosts,
            Rooms rooms,
            Portals portals,
            CallRoutes routes,
            Rights rights,
            HomeserverClient homeserver,
            Later later,
            BiConsumer<String, String> newcomers,
            LookBack lookBack) {
        this.ghosts = ghosts;
        this.rooms = rooms;
        this.portals = portals;
        this.routes = routes;
        this.rights = rights;
        this.homeserver = homeserver;
        this.later = later;
        this.newcomers = newcomers;
        this.lookBack = lookBack;
    }

    void changed(RoomEvent event) {
        String who = event.stateKey();
        if (who == null) {
            return;
        }
        MatrixIds ids = ghosts.ids();
        switch (event.text("membership")) {
            case "join" -> {
                rooms.joined(event.roomId(), who);
                rooms.known(event.roomId()).ifPresent(members -> {
                    boolean _ = leftCrowd(event.roomId(), members);
                });
            }
            case "invite" -> {
                if (ids.isOurs(who) && !ids.isOurs(event.sender())) {
                    invited(event.roomId(), who, event.sender());
                }
            }
            case "leave", "ban" -> {
                rooms.left(event.roomId(), who, ids.isOurs(who) ? List.of(who) : List.of());
                if (ids.isOurs(who)) {
                    lookBack.forget(event.roomId());
                }
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
        lookBack.forget(room);
        Set<String> members;
        try {
            homeserver.join(room, ours);
            rooms.forget(room);
            members = rooms.members(room, ours);
        } catch (MatrixException e) {
            if (e.passing() && attempt < JOIN_PAUSES.size()) {
                later.run(JOIN_PAUSES.get(attempt), room, () -> join(room, ours, user, attempt + 1));
            } else if (attempt < JOIN_PAUSES.size() && registered(ours)) {
                // The homeserver lost our ghost, or never asked for it.
                join(room, ours, user, JOIN_PAUSES.size());
            } else {
                log.warn("an invitation could not be accepted: {}", e.getMessage());
            }
            return;
        }
        if (leftCrowd(room, members)) {
            return;
        }
        boolean calls = lookBack.look(room, ours);
        if (ghosts.ids().isJust(members, ours, user)) {
            remember(room, ours, user);
        }
        if (!calls) {
            LOOKS.forEach(after -> later.run(after, room, () -> {
                boolean _ = lookBack.look(room, ours);
            }));
        }
    }

    /// Whether there were so many people that ours have left.
    private boolean leftCrowd(String room, Set<String> members) {
        if (members.size() <= CROWD) {
            return false;
        }
        members.stream().filter(ghosts.ids()::isOurs).forEach(ours -> {
            try {
                homeserver.leave(room, ours, "Telephones only work in a room with just you and the number.");
            } catch (MatrixException e) {
                log.info("a crowded room could not be left: {}", e.getMessage());
            }
        });
        rooms.forget(room);
        return true;
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
}
