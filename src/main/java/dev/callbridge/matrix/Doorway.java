package dev.callbridge.matrix;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.dialplan.Party;
import dev.callbridge.matrix.client.MatrixException;
import dev.callbridge.store.DatabaseUnavailable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the room in which a user can be rung for a caller: the direct chat with the caller's ghost if the user has
/// joined it, else the user's line room. No client rings in a room its user has not joined.
final class Doorway {

    private static final Logger log = LoggerFactory.getLogger(Doorway.class);

    /// As long as a new direct chat is given to be joined, for example by a homeserver that does so by itself.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /// How long a homeserver that hiccups is asked again.
    private static final Duration PERSEVERANCE = Duration.ofSeconds(15);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);

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
    private final BiFunction<String, String, RoomVoice> voices;
    private final Executor threads = task -> Thread.ofVirtual().name("doorway").start(task);

    /// @param voices makes a voice for a room and one of ours
    Doorway(Ghosts ghosts, Portals portals, Rooms rooms, BiFunction<String, String, RoomVoice> voices) {
        this.ghosts = ghosts;
        this.portals = portals;
        this.rooms = rooms;
        this.voices = voices;
    }

    /// Looks on a thread of its own.
    CompletableFuture<Found> find(Party caller, String user) {
        return CompletableFuture.supplyAsync(() -> search(caller, user), threads);
    }

    /// What passes is tried again for a while: a caller's telephone rings meanwhile.
    private Found search(Party caller, String user) {
        var look = new Look(caller, user);
        long until = System.nanoTime() + PERSEVERANCE.toNanos();
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                return look.once();
            } catch (MatrixException e) {
                Duration wanted = e.retryAfter() == null ? pause : e.retryAfter();
                if (!e.passing() || System.nanoTime() + wanted.toNanos() - until > 0) {
                    return look.inVain(e);
                }
                log.info("{} is looked for again in {} ms: {}", user, wanted.toMillis(), e.getMessage());
                CompletableFuture.runAsync(() -> {}, after(wanted)).join();
                pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
            } catch (DatabaseUnavailable e) {
                return look.inVain(e);
            }
        }
    }

    private Executor after(Duration pause) {
        return CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS, threads);
    }

    /// One search.
    private final class Look {

        private final Party caller;
        private final String user;
        private Optional<RoomVoice> note = Optional.empty();

        private Look(Party caller, String user) {
            this.caller = caller;
            this.user = user;
        }

        private Found once() throws MatrixException, DatabaseUnavailable {
            // The way to the line room is looked for at the same time: it counts in the caller's waiting.
            CompletableFuture<Line> line = CompletableFuture.supplyAsync(() -> line(user), threads);
            Ghost ghost = ghosts.of(caller);
            Portals.Opened chat = portals.open(ghost, user);
            note = Optional.of(voices.apply(chat.room(), ghost.userId()));
            boolean there = switch (chat.presence()) {
                case JOINED -> true;
                case INVITED -> joins(chat.room(), ghost);
                case WAITING -> false;
            };
            if (there) {
                return new Found.At(chat.room(), ghost, ghost);
            }
            return switch (line.join()) {
                case Line.At(var room, var bot) -> new Found.At(room, bot, ghost);
                case Line.None _ -> new Found.Nobody(new CallEnd(HangupCause.UNREACHABLE, "no-joined-room"), note);
                case Line.Unknown(var why) -> throw why;
            };
        }

        private boolean joins(String room, Ghost ghost) throws MatrixException {
            return rooms.joinsWithin(PATIENCE, room, ghost.userId(), user);
        }

        private Found inVain(Exception why) {
            log.warn("{} can't be rung: {}", user, why.getMessage());
            return new Found.Nobody(new CallEnd(HangupCause.NETWORK_DOWN, "homeserver-down"), note);
        }
    }

    /// The user's room with the bot.
    private sealed interface Line {

        record At(String room, Ghost bot) implements Line {}

        /// The user has none, has not joined it, or is not alone there.
        record None() implements Line {}

        record Unknown(MatrixException why) implements Line {}
    }

    private Line line(String user) {
        try {
            Optional<String> room = portals.line(user);
            if (room.isEmpty()) {
                return new Line.None();
            }
            Ghost bot = ghosts.bot();
            boolean joined = ghosts.ids().isJust(rooms.members(room.get(), bot.userId()), bot.userId(), user);
            return joined ? new Line.At(room.get(), bot) : new Line.None();
        } catch (MatrixException e) {
            log.info("a line room can't be looked at: {}", e.getMessage());
            return e.passing() ? new Line.Unknown(e) : new Line.None();
        } catch (DatabaseUnavailable e) {
            log.warn("a line room can't be looked up: {}", e.getMessage());
            return new Line.None();
        }
    }
}
