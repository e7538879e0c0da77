package dev.callbridge.matrix;

import dev.callbridge.bridge.Ids;
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

    /// @param hint who the room may belong to, if nothing else tells
    /// @return empty if none of ours is in the room, as far as we know
    Optional<Resident> in(String room, String hint) throws MatrixException {
        Optional<Set<String>> known = rooms.known(room);
        Set<String> members;
        if (known.isPresent()) {
            members = known.get();
        } else {
            Optional<String> ours = probablyOurs(room, hint);
            if (ours.isEmpty()) {
                return Optional.empty();
            }
            members = rooms.members(room, ours.get());
        }
        return resident(members);
    }

    private Optional<String> probablyOurs(String room, String hint) {
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
        return Optional.of(hint).filter(ghosts.ids()::isOurs);
    }

    private Optional<Resident> resident(Set<String> members) throws MatrixException {
        MatrixIds ids = ghosts.ids();
        List<String> numbers = members.stream()
                .filter(id -> ids.isOurs(id) && !ids.isBot(id))
                .sorted()
                .toList();
        long people = members.stream().filter(id -> !ids.isOurs(id)).count();
        if (numbers.isEmpty()) {
            return members.contains(ids.bot())
                    ? Optional.of(new Resident(ghost(ids.bot()), new Resident.Kind.LineRoom()))
                    : Optional.empty();
        }
        String number = numbers.getFirst();
        Optional<Party> party = ids.party(number);
        if (party.isEmpty()) {
            return Optional.of(new Resident(ghost(number), new Resident.Kind.Unreadable()));
        }
        Resident.Kind kind = people == 1 && numbers.size() == 1
                ? new Resident.Kind.Direct(party.get())
                : new Resident.Kind.Crowded();
        return Optional.of(new Resident(ghost(number), kind));
    }

    /// Without a database nobody is called, and somebody has to say so all the same.
    private Ghost ghost(String userId) throws MatrixException {
        try {
            return ghosts.of(userId);
        } catch (DatabaseUnavailable e) {
            log.warn("a ghost can't be looked up: {}", e.getMessage());
            return new Ghost(userId, Ids.random(10), userId);
        }
    }
}
