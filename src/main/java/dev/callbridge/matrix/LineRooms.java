package dev.callbridge.matrix;

import dev.callbridge.bridge.CallbridgeProperties.Dialplan;
import dev.callbridge.matrix.client.MatrixException;
import dev.callbridge.store.DatabaseUnavailable;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives everybody who has a number a room with the bot. Blocks.
final class LineRooms {

    private static final Logger log = LoggerFactory.getLogger(LineRooms.class);

    private final Ghosts ghosts;
    private final Portals portals;
    private final Set<String> users;

    LineRooms(Dialplan dialplan, Ghosts ghosts, Portals portals) {
        this.ghosts = ghosts;
        this.portals = portals;
        this.users = Set.copyOf(dialplan.numbers().values());
    }

    /// @return whether to try again later
    boolean provide() {
        boolean again = false;
        for (String user : new TreeSet<>(users)) {
            again |= !provided(user);
        }
        return again;
    }

    /// Whether this user has a line room, or never will.
    private boolean provided(String user) {
        try {
            portals.provision(ghosts.bot(), user);
            return true;
        } catch (MatrixException e) {
            if (e.passing()) {
                log.info("the line room of {} waits: {}", user, e.getMessage());
                return false;
            }
            log.warn("{} gets no line room: {}", user, e.getMessage());
            return true;
        } catch (DatabaseUnavailable e) {
            log.info("the line room of {} waits: {}", user, e.getMessage());
            return false;
        }
    }
}
