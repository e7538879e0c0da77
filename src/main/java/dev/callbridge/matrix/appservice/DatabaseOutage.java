package dev.callbridge.matrix.appservice;

import dev.callbridge.store.DatabaseUnavailable;
import dev.callbridge.store.InTime;
import dev.callbridge.store.TransactionRepository;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Watches for the end of a database outage. The homeserver waits longer and longer before it repeats what was not
/// taken, so it is asked to hurry. From any thread; never blocks.
public final class DatabaseOutage {

    private static final Logger log = LoggerFactory.getLogger(DatabaseOutage.class);
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private final TransactionRepository transactions;
    private final ScheduledExecutorService timers;
    private final Runnable over;
    private final AtomicBoolean watching = new AtomicBoolean();

    /// @param over is run once when the database answers again; may block
    public DatabaseOutage(TransactionRepository transactions, ScheduledExecutorService timers, Runnable over) {
        this.transactions = transactions;
        this.timers = timers;
        this.over = over;
    }

    void noticed() {
        if (watching.compareAndSet(false, true)) {
            wait(PAUSE);
        }
    }

    private void wait(Duration pause) {
        try {
            Runnable look = () -> Thread.ofVirtual().name("database-watch").start(this::look);
            var _ = timers.schedule(look, pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) {
            log.debug("the bridge stops");
        }
    }

    private void look() {
        try {
            boolean _ = InTime.within(ANSWER, transactions::answers);
        } catch (DatabaseUnavailable | RuntimeException e) {
            log.info("the database is still away: {}", e.getMessage());
            wait(PAUSE);
            return;
        }
        log.info("the database answers again");
        watching.set(false);
        over.run();
    }
}
