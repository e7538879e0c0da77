package dev.callbridge.matrix;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.dialplan.Party;
import dev.callbridge.matrix.client.HomeserverClient;
import dev.callbridge.matrix.client.MatrixException;
import dev.callbridge.store.DatabaseUnavailable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the room in which a user can be rung for a caller: the direct chat with the caller's ghost if the user has
/// joined it, else the user's line room. No client rings in a room its user has not joined.
final class Doorway {

    private static final Logger log = LoggerFactory.getLogger(Doorway.class);

    /// As long as a new direct chat is given to be joined, for example by a homeserver that does so by itself.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /// Where somebody can be rung, or can't.
    sealed interface Found {

        /// @param as who rings
        /// @param caller whom it is for
        record At(String room, Ghost as, Ghost caller) implements Found {

            /// Whether the room itself doesn't show who calls.
            boolean inLineRoom() {
                return !as.equals(caller);
            }
        }

        /// @param notice where a note can wait for the user: our one that speaks, and its room
        record Nobody(CallEnd end, Optional<RoomVoice> notice) implements Found {}
    }

    private final Ghosts ghosts;
    private final Portals portals;
    private final Rooms rooms;
    private final HomeserverClient homeserver;
    private final BiFunction<String, String, RoomVoice> voices;
    private final Executor threads = task -> Thread.ofVirtual().name("doorway").start(task);

    /// @param voices makes a voice for a room and one of ours
    Doorway(
            Ghosts ghosts,
            Portals portals,
            Rooms rooms,
            HomeserverClient homeserver,
            BiFunction<String, String, RoomVoice> voices) {
        this.ghosts = ghosts;
        this.portals = portals;
        this.rooms = rooms;
        this.homeserver = homeserver;
        this.voices = voices;
    }

    /// Looks on a thread of its own.
    CompletableFuture<Found> find(Party caller, String user) {
        return CompletableFuture.supplyAsync(() -> search(caller, user), threads);
    }

    private Found search(Party caller, String user) {
        // The way to the line room is looked for at the same time: it counts in the caller's waiting.
        CompletableFuture<Optional<Line>> line = CompletableFuture.supplyAsync(() -> line(user), threads);
        Optional<RoomVoice> note = Optional.empty();
        try {
            Ghost ghost = ghosts.of(caller);
            Optional<String> existing = portals.find(ghost.userId(), user);
            String room = existing.isPresent() ? existing.get() : portals.create(ghost, user);
            note = Optional.of(voices.apply(room, ghost.userId()));
            if (isThere(room, existing.isEmpty(), ghost, user)) {
                return new Found.At(room, ghost, ghost);
            }
            Optional<Line> joined = line.join();
            return joined.<Found>map(at -> new Found.At(at.room(), at.bot(), ghost))
                    .orElse(new Found.Nobody(new CallEnd(HangupCause.UNREACHABLE, "no-joined-room"), note));
        } catch (MatrixException | DatabaseUnavailable e) {
            log.warn("{} can't be rung: {}", user, e.getMessage());
            return new Found.Nobody(new CallEnd(HangupCause.NETWORK_DOWN, "homeserver-down"), note);
        }
    }

    /// Whether the user is in the room, or comes when asked.
    private boolean isThere(String room, boolean isNew, Ghost ghost, String user) throws MatrixException {
        if (isNew) {
            return rooms.joinsWithin(PATIENCE, room, ghost.userId(), user);
        }
        try {
            if (rooms.hasJoined(room, ghost.userId(), user)) {
                return true;
            }
        } catch (MatrixException e) {
            if (e.passing()) {
                throw e;
            }
            // Our ghost is not in its own room any more: an invitation is of no use.
            return false;
        }
        return invitedAnew(room, ghost, user) && rooms.joinsWithin(PATIENCE, room, ghost.userId(), user);
    }

    /// Somebody who left is asked again. Who has an open invitation has had the time: that one is refused.
    private boolean invitedAnew(String room, Ghost ghost, String user) {
        try {
            homeserver.invite(room, ghost.userId(), user);
            return true;
        } catch (MatrixException _) {
            return false;
        }
    }

    private record Line(String room, Ghost bot) {}

    /// The user's line room, if the user has joined it.
    private Optional<Line> line(String user) {
        return guarded(() -> {
            try {
                Optional<String> room = portals.line(user);
                Ghost bot = ghosts.bot();
                return room.isPresent() && rooms.hasJoined(room.get(), bot.userId(), user)
                        ? room.map(id -> new Line(id, bot))
                        : Optional.empty();
            } catch (MatrixException | DatabaseUnavailable e) {
                throw new CompletionException(e);
            }
        });
    }

    private static <T> Optional<T> guarded(Supplier<Optional<T>> search) {
        try {
            return search.get();
        } catch (CompletionException e) {
            log.warn("a line room could not be looked at: {}", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
