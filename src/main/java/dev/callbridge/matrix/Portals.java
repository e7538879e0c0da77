package dev.callbridge.matrix;

import dev.callbridge.matrix.client.HomeserverClient;
import dev.callbridge.matrix.client.MatrixException;
import dev.callbridge.store.DatabaseUnavailable;
import dev.callbridge.store.InTime;
import dev.callbridge.store.PortalRepository;
import dev.callbridge.store.PortalRepository.Portal;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The direct chats of ghosts and users, and the line rooms of the bot and users. Blocks; from any thread.
final class Portals {

    private static final Logger log = LoggerFactory.getLogger(Portals.class);
    private static final Duration DATABASE = Duration.ofSeconds(2);
    private static final int REMEMBERED = 10_000;

    private record Pair(String ghost, String user) {}

    /// Whether the user can be rung in a room.
    enum Presence {
        JOINED,
        /// Just now: somebody who looks, or a homeserver that does it by itself, may join.
        INVITED,
        /// Invited earlier, and has not come.
        WAITING
    }

    record Opened(String room, Presence presence) {}

    private final MatrixIds ids;
    private final HomeserverClient homeserver;
    private final Rooms rooms;
    private final PortalRepository portals;
    private final Recent<Pair, String> known = new Recent<>(REMEMBERED);
    private final Recent<String, String> lines = new Recent<>(REMEMBERED);

    Portals(MatrixIds ids, HomeserverClient homeserver, Rooms rooms, PortalRepository portals) {
        this.ids = ids;
        this.homeserver = homeserver;
        this.rooms = rooms;
        this.portals = portals;
    }

    /// The newest room of the two; empty if they have none.
    Optional<String> find(String ghost, String user) throws DatabaseUnavailable {
        var pair = new Pair(ghost, user);
        Optional<String> remembered = known.find(pair);
        if (remembered.isPresent()) {
            return remembered;
        }
        Optional<String> room = InTime.within(DATABASE, () -> portals.room(ghost, user));
        room.ifPresent(id -> known.keep(pair, id));
        return room;
    }

    /// The room of the two: the newest one if the ghost is still in it and nobody else is, else a new one. Who is not
    /// there is invited.
    Opened open(Ghost ghost, String user) throws MatrixException, DatabaseUnavailable {
        Optional<String> existing = find(ghost.userId(), user);
        if (existing.isPresent()) {
            Optional<Opened> opened = reopened(existing.get(), ghost, user);
            if (opened.isPresent()) {
                return opened.get();
            }
        }
        return new Opened(create(ghost, user), Presence.INVITED);
    }

    private Optional<Opened> reopened(String room, Ghost ghost, String user) throws MatrixException {
        try {
            Set<String> members = rooms.members(room, ghost.userId());
            if (ids.isJust(members, ghost.userId(), user)) {
                return Optional.of(new Opened(room, Presence.JOINED));
            }
            if (members.contains(user) || members.stream().anyMatch(id -> !ids.isOurs(id))) {
                return Optional.empty();
            }
            return switch (homeserver.membership(room, ghost.userId(), user)) {
                case "invite", "knock" -> Optional.of(new Opened(room, Presence.WAITING));
                case "ban" -> Optional.empty();
                default -> {
                    homeserver.invite(room, ghost.userId(), user);
                    yield Optional.of(new Opened(room, Presence.INVITED));
                }
            };
        } catch (MatrixException e) {
            if (e.passing()) {
                throw e;
            }
            // Our ghost is not in its own room any more, or may not invite there.
            log.info("a chat is replaced: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /// A new room, to which `user` is invited.
    private String create(Ghost ghost, String user) throws MatrixException, DatabaseUnavailable {
        String room = homeserver.createDirectChat(
                ghost.userId(),
                user,
                ghost.name(),
                "Calls to and from " + ghost.name() + ". Press the telephone to call.");
        add(room, ghost.userId(), user);
        return room;
    }

    /// From now on `room` is where the two talk.
    void add(String room, String ghost, String user) throws DatabaseUnavailable {
        known.keep(new Pair(ghost, user), room);
        boolean _ = InTime.within(DATABASE, () -> {
            portals.add(new Portal(room, ghost, user));
            return true;
        });
    }

    /// The ghost that a room belongs to; empty if it is no portal.
    Optional<Portal> portal(String room) throws DatabaseUnavailable {
        return InTime.within(DATABASE, () -> portals.portal(room));
    }

    boolean isLine(String room) throws DatabaseUnavailable {
        return InTime.within(DATABASE, () -> portals.isLineRoom(room));
    }

    Optional<String> line(String user) throws DatabaseUnavailable {
        Optional<String> remembered = lines.find(user);
        if (remembered.isPresent()) {
            return remembered;
        }
        Optional<String> room = InTime.within(DATABASE, () -> portals.lineRoom(user));
        room.ifPresent(id -> lines.keep(user, id));
        return room;
    }

    void line(String user, String room) throws DatabaseUnavailable {
        lines.keep(user, room);
        boolean _ = InTime.within(DATABASE, () -> {
            portals.lineRoom(user, room);
            return true;
        });
    }

    /// Gives `user` a room with the bot, if it has none.
    void provision(Ghost bot, String user) throws MatrixException, DatabaseUnavailable {
        if (line(user).isEmpty()) {
            String room = homeserver.createDirectChat(
                    bot.userId(), user, bot.name(), "Calls from new numbers ring here. Write \"help\" for more.");
            line(user, room);
            log.info("{} is invited to a line room", user);
        }
    }
}
