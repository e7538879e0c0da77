package dev.callbridge.matrix;

import dev.callbridge.bridge.Ids;
import dev.callbridge.dialplan.Anonymous;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.Party;
import dev.callbridge.matrix.client.MatrixException;
import dev.callbridge.store.DatabaseUnavailable;
import dev.callbridge.store.PortalRepository.Portal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which number a room means: the ghost that has joined it. Blocks.
final class Residents {

    private static final Logger log = LoggerFactory.getLogger(Residents.class);

    private final Ghosts ghosts;
    private final Rooms rooms;
    private final Portals portals;

    Residents(Ghosts ghosts, Rooms rooms, Portals portals) {
        this.ghosts = ghosts;
        this.rooms = rooms;
        this.portals = portals;
    }

    /// @param invitee whom a call there names; it is preferred, and asked if nothing else tells whose room it is
    /// @return empty if none of ours is in the room, as far as we know
    Optional<Resident> in(String room, String invitee) throws MatrixException {
        Optional<Set<String>> known = rooms.known(room);
        Set<String> members;
        if (known.isPresent()) {
            members = known.get();
        } else {
            Optional<String> ours = probablyOurs(room, invitee);
            if (ours.isEmpty()) {
                return Optional.empty();
            }
            members = rooms.members(room, ours.get());
        }
        return resident(members, invitee);
    }

    /// Whether `user` is in a room together with one of ours.
    boolean areTogether(String room, String ours, String user) throws MatrixException {
        return rooms.members(room, ours).containsAll(Set.of(ours, user));
    }

    /// Who would be the resident, for when the homeserver can't be asked.
    Optional<Ghost> probable(String room, String invitee) {
        return probablyOurs(room, invitee).map(userId -> {
            try {
                return ghost(userId);
            } catch (MatrixException e) {
                log.info("a ghost can't be made now: {}", e.getMessage());
                return stranger(userId);
            }
        });
    }

    private Optional<String> probablyOurs(String room, String invitee) {
        try {
            Optional<String> ghost = portals.portal(room).map(Portal::ghost);
            if (ghost.isPresent()) {
                return ghost;
            }
            if (portals.isLine(room)) {
                return Optional.of(ghosts.ids().bot());
            }
        } catch (DatabaseUnavailable e) {
            log.warn("a room can't be looked up: {}", e.getMessage());
        }
        return Optional.of(invitee).filter(ghosts.ids()::isOurs);
    }

    private Optional<Resident> resident(Set<String> members, String invitee) throws MatrixException {
        MatrixIds ids = ghosts.ids();
        List<String> numbers = members.stream()
                .filter(id -> ids.isOurs(id) && !ids.isBot(id))
                .sorted()
                .toList();
        boolean bot = members.contains(ids.bot());
        if (numbers.isEmpty() && !bot) {
            return Optional.empty();
        }
        String first = numbers.isEmpty() ? ids.bot() : numbers.getFirst();
        String meant = ids.isOurs(invitee) && members.contains(invitee) ? invitee : first;
        long people = members.stream().filter(id -> !ids.isOurs(id)).count();
        Optional<Party> party = ids.party(meant);
        Resident.Kind kind;
        if (people != 1 || numbers.size() > 1) {
            kind = Resident.Kind.CROWDED;
        } else if (ids.isBot(meant)) {
            kind = Resident.Kind.LINE_ROOM;
        } else {
            kind = party.isPresent() ? Resident.Kind.DIRECT : Resident.Kind.UNREADABLE;
        }
        Party none = ids.isBot(meant) ? new MatrixUser(meant) : new Anonymous();
        return Optional.of(new Resident(ghost(meant), party.orElse(none), kind));
    }

    /// Without a database nobody is called, and somebody has to say so all the same.
    private Ghost ghost(String userId) throws MatrixException {
        try {
            return ghosts.of(userId);
        } catch (DatabaseUnavailable e) {
            log.warn("a ghost can't be looked up: {}", e.getMessage());
            return stranger(userId);
        }
    }

    private static Ghost stranger(String userId) {
        return new Ghost(userId, Ids.random(10), userId);
    }
}
