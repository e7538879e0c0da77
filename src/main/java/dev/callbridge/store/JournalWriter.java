package dev.callbridge.store;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.NonTransientDataAccessException;
import org.springframework.dao.NonTransientDataAccessResourceException;

/// A thread that writes the journal: in order, and again until the database has it.
///
/// Whoever hands in a write never waits. A write that the database refuses for good is logged and dropped; while the
/// database is away, writes queue up, and beyond the queue's length they are dropped and counted: calls go on.
final class JournalWriter implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(JournalWriter.class);
    private static final int QUEUE = 20_000;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final BlockingQueue<Runnable> queue = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);

    JournalWriter(String name) {
        thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    /// @param write repeatable: it may have reached the database although it failed here
    /// @return false if the queue is full
    boolean add(Runnable write) {
        boolean taken = closing.getCount() > 0 && queue.offer(write);
        if (!taken && dropped.getAndIncrement() % 1_000 == 0) {
            log.error("the journal takes no more: is PostgreSQL stuck? {} writes dropped", dropped.get());
        }
        return taken;
    }

    private void run() {
        try {
            while (closing.getCount() > 0 || !queue.isEmpty()) {
                Runnable write = queue.poll(200, TimeUnit.MILLISECONDS);
                if (write != null) {
                    untilWritten(write);
                }
            }
        } catch (InterruptedException _) {
            log.warn("stopped with {} journal writes open", queue.size());
            Thread.currentThread().interrupt();
        }
    }

    private void untilWritten(Runnable write) throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                write.run();
                return;
            } catch (NonTransientDataAccessException e) {
                if (isRefusal(e)) {
                    log.error("the database refuses a journal write", e);
                    return;
                }
                log.warn("journal write failed, tried again: {}", e.getMessage());
            } catch (DataAccessException e) {
                log.warn("journal write failed, tried again: {}", e.getMessage());
            } catch (RuntimeException bug) {
                log.error("a journal write is broken", bug);
                return;
            }
            if (closing.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                log.error("a journal write is given up: the bridge stops and the database is away");
                return;
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    /// A lost connection is reported as non-transient too, and passes all the same.
    private static boolean isRefusal(NonTransientDataAccessException e) {
        return !(e instanceof NonTransientDataAccessResourceException);
    }

    /// Writes what is queued, for some seconds at most.
    @Override
    public void close() {
        closing.countDown();
        try {
            if (!thread.join(FAREWELL)) {
                thread.interrupt();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
