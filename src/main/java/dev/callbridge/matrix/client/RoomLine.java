package dev.callbridge.matrix.client;

import dev.callbridge.matrix.client.Outgoing.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What waits to be sent to one room, and the thread that sends it, one event at a time.
final class RoomLine implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(RoomLine.class);

    /// More than this means that the homeserver is down, or that somebody plays with us.
    private static final int LENGTH = 100;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /// One event, and how far it got. Guarded by the lock.
    private static final class Waiting {

        private final Outgoing event;
        private final Consumer<Outcome> heard;
        private final long uselessAfter;
        private long notBefore = System.nanoTime();
        private int attempts;
        private boolean withdrawn;

        private Waiting(Outgoing event, Consumer<Outcome> heard) {
            this.event = event;
            this.heard = heard;
            this.uselessAfter = System.nanoTime() + event.patience().toNanos();
        }

        private boolean useless(long now) {
            return withdrawn || now - uselessAfter >= 0;
        }
    }

    private final HomeserverClient homeserver;
    private final BiPredicate<RoomLine, String> retire;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Waiting> calls = new ArrayDeque<>();
    private final Deque<Waiting> notices = new ArrayDeque<>();
    private String room = "";
    private @Nullable Thread thread;

    /// @param retire asked when nothing waits any more; false: go on
    RoomLine(HomeserverClient homeserver, BiPredicate<RoomLine, String> retire) {
        this.homeserver = homeserver;
        this.retire = retire;
    }

    void start(String id) {
        room = id;
        thread = Thread.ofVirtual().name("send-" + id).start(this);
    }

    boolean add(Outgoing event, Consumer<Outcome> heard) {
        lock.lock();
        try {
            Deque<Waiting> line = Outbox.ahead(event) ? calls : notices;
            if (line.size() >= LENGTH) {
                return false;
            }
            line.add(new Waiting(event, heard));
            changed.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// @return whether it waited, or was on its way
    boolean withdraw(String transactionId) {
        lock.lock();
        try {
            List<Waiting> found = calls.stream()
                    .filter(waiting -> waiting.event.transactionId().equals(transactionId))
                    .toList();
            found.forEach(waiting -> waiting.withdrawn = true);
            changed.signal();
            return !found.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    boolean empty() {
        lock.lock();
        try {
            return calls.isEmpty() && notices.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    void finish(long until) {
        Thread running = thread;
        if (running == null) {
            return;
        }
        try {
            if (!running.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())))) {
                running.interrupt();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        while (!Thread.currentThread().isInterrupted()) {
            Waiting next = next();
            if (next != null) {
                attempt(next);
            } else if (empty() && retire.test(this, room)) {
                return;
            }
        }
        drop("the bridge stops");
    }

    /// Waits until the first in line may leave.
    ///
    /// @return null if nothing waits
    private @Nullable Waiting next() {
        lock.lock();
        try {
            while (true) {
                dropUseless();
                Waiting first = calls.isEmpty() ? notices.peek() : calls.peek();
                long now = System.nanoTime();
                if (first == null || first.notBefore - now <= 0) {
                    return first;
                }
                long _ = changed.awaitNanos(Math.min(first.notBefore - now, first.uselessAfter - now));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void attempt(Waiting waiting) {
        Outgoing event = waiting.event;
        try {
            done(waiting, new Outcome.Sent(sent(event)));
        } catch (MatrixException e) {
            if (e.passing()) {
                log.info("{} waits: {}", event, e.getMessage());
                postpone(waiting, pause(waiting.attempts++, e.retryAfter()));
            } else {
                log.warn("{} is refused: {}", event, e.getMessage());
                done(waiting, new Outcome.Dropped(e.getMessage() == null ? "refused" : e.getMessage()));
            }
        } catch (RuntimeException bug) {
            log.error("{} could not be sent", event, bug);
            done(waiting, new Outcome.Dropped("a bug"));
        }
    }

    private String sent(Outgoing event) throws MatrixException {
        Outgoing.Device to = event.to();
        if (to == null) {
            return homeserver.send(event.room(), event.as(), event.type(), event.transactionId(), event.content());
        }
        homeserver.sendToDevice(to, event.as(), event.type(), event.transactionId(), event.content());
        return "";
    }

    /// Whoever can't hear it must not keep the others' events from leaving.
    private static void tell(Waiting waiting, Outcome outcome) {
        try {
            waiting.heard.accept(outcome);
        } catch (RuntimeException bug) {
            log.error("nobody heard what became of {}", waiting.event, bug);
        }
    }

    private void postpone(Waiting waiting, Duration pause) {
        lock.lock();
        try {
            waiting.notBefore = System.nanoTime() + pause.toNanos();
        } finally {
            lock.unlock();
        }
    }

    /// What the homeserver wants, or else doubling, with jitter so that rooms don't come back all at once.
    private static Duration pause(int attempts, @Nullable Duration wanted) {
        if (wanted != null) {
            return wanted.plusMillis(10);
        }
        long doubled = FIRST_PAUSE.toMillis() << Math.min(attempts, 10);
        long most = Math.min(doubled, LONGEST_PAUSE.toMillis());
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
    }

    private void done(Waiting waiting, Outcome outcome) {
        lock.lock();
        try {
            calls.remove(waiting);
            notices.remove(waiting);
        } finally {
            lock.unlock();
        }
        tell(waiting, outcome);
    }

    private void dropUseless() {
        long now = System.nanoTime();
        for (Deque<Waiting> line : List.of(calls, notices)) {
            for (Iterator<Waiting> all = line.iterator(); all.hasNext(); ) {
                Waiting waiting = all.next();
                if (waiting.useless(now)) {
                    all.remove();
                    tell(waiting, new Outcome.Dropped(waiting.withdrawn ? "taken back" : "too late"));
                }
            }
        }
    }

    private void drop(String why) {
        lock.lock();
        try {
            calls.forEach(waiting -> tell(waiting, new Outcome.Dropped(why)));
            notices.forEach(waiting -> tell(waiting, new Outcome.Dropped(why)));
            calls.clear();
            notices.clear();
        } finally {
            lock.unlock();
        }
        boolean _ = retire.test(this, room);
    }
}
