package dev.callbridge.matrix;

import dev.callbridge.matrix.client.HomeserverClient;
import dev.callbridge.matrix.client.MatrixException;
import dev.callbridge.store.DatabaseUnavailable;
import dev.callbridge.store.InTime;
import dev.callbridge.store.PortalRepository;
import dev.callbridge.store.PortalRepository.Portal;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The direct chats of ghosts and users, and the line rooms of the bot and users. Blocks; from any thread.
final class Portals {

    private static final Logger log = LoggerFactory.getLogger(Portals.class);
    private static final Duration DATABASE = Duration.ofSeconds(2);
    private static final int REMEMBERED = 10_000;

    private record Pair(String ghost, String user) {}

    private final HomeserverClient homeserver;
    private final PortalRepository portals;
    private final Recent<Pair, String> known = new Recent<>(REMEMBERED);
    private final Recent<String, String> lines = new Recent<>(REMEMBERED);

    Portals(HomeserverClient homeserver, PortalRepository portals) {
        this.homeserver = homeserver;
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

    /// A new room, to which `user` is invited.
    String create(Ghost ghost, String user) throws MatrixException, DatabaseUnavailable {
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
