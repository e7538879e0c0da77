package dev.callbridge.matrix;

import dev.callbridge.matrix.client.HomeserverClient;
import dev.callbridge.matrix.client.MatrixException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/// Who has joined which room, as far as one of ours is in it. Asked once, then kept up by membership events. From any
/// thread.
final class Rooms {

    private static final int REMEMBERED = 10_000;

    private record Waited(String room, String user) {}

    private final HomeserverClient homeserver;
    private final Recent<String, Set<String>> joined = new Recent<>(REMEMBERED);
    private final ConcurrentMap<Waited, CompletableFuture<Boolean>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();
    /// Which change was a room's last.
    private final Recent<String, Long> lastChanges = new Recent<>(REMEMBERED);

    Rooms(HomeserverClient homeserver) {
        this.homeserver = homeserver;
    }

    /// Who has joined `room`, if one of ours was seen in it lately.
    Optional<Set<String>> known(String room) {
        return joined.find(room);
    }

    /// Who has joined `room`.
    ///
    /// @param as one of ours that is in the room
    Set<String> members(String room, String as) throws MatrixException {
        Optional<Set<String>> remembered = joined.find(room);
        if (remembered.isPresent()) {
            return remembered.get();
        }
        long before = changes.get();
        Set<String> members = homeserver.joinedMembers(room, as);
        if (lastChanges.find(room).filter(change -> change > before).isEmpty()) {
            joined.keep(room, members);
        }
        return members;
    }

    boolean hasJoined(String room, String as, String user) throws MatrixException {
        return members(room, as).contains(user);
    }

    void joined(String room, String user) {
        changing(room);
        joined.change(room, members -> with(members, user));
        CompletableFuture<Boolean> awaited = waiting.remove(new Waited(room, user));
        if (awaited != null) {
            awaited.complete(true);
        }
    }

    /// @param ours who of ours are not in the room any more, if it was one: then nobody tells us about the room
    void left(String room, String user, Collection<String> ours) {
        changing(room);
        if (ours.contains(user)) {
            joined.forget(room);
        } else {
            joined.change(room, members -> without(members, user));
        }
    }

    void forget(String room) {
        changing(room);
        joined.forget(room);
    }

    /// What is being asked for just now is old already.
    private void changing(String room) {
        lastChanges.keep(room, changes.incrementAndGet());
    }

    /// Waits until `user` has joined, for at most `limit`; asks the homeserver once more before it gives up.
    boolean joinsWithin(Duration limit, String room, String as, String user) throws MatrixException {
        var key = new Waited(room, user);
        CompletableFuture<Boolean> join = waiting.computeIfAbsent(key, _ -> new CompletableFuture<>());
        try {
            return hasJoined(room, as, user) || join.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            forget(room);
            return hasJoined(room, as, user);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            waiting.remove(key, join);
        }
    }

    private static Set<String> with(Set<String> members, String user) {
        Set<String> more = new HashSet<>(members);
        more.add(user);
        return Set.copyOf(more);
    }

    private static Set<String> without(Set<String> members, String user) {
        Set<String> fewer = new HashSet<>(members);
        fewer.remove(user);
        return Set.copyOf(fewer);
    }
}
