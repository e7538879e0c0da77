package dev.callbridge.store;

import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Deletes what is known of calls that ended long ago, once a day, on a thread of its own. In small batches: who writes
/// the journal meanwhile waits for a few rows at most. Several nodes may do it at once.
final class OldCalls implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OldCalls.class);

    static final int BATCH = 500;

    private static final Duration AFTER_START = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofDays(1);

    /// Legs and disturbances go with their call.
    private static final String CALLS = """
            delete from calls where call_key = any(array(
                select call_key from calls where closed_at < ? limit ? for update skip locked))""";

    private static final String DIALLED = """
            delete from dialled where dial_id = any(array(
                select dial_id from dialled where recorded_at < ? limit ? for update skip locked))""";

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final Duration kept;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("old-calls").daemon().factory());

    /// @param kept how long after its end; zero: for ever
    OldCalls(JdbcClient jdbc, InstantSource clock, Duration kept) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.kept = kept;
    }

    void start() {
        if (!kept.isZero()) {
            var _ = thread.scheduleWithFixedDelay(
                    this::forget, AFTER_START.toSeconds(), PAUSE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /// Blocks for the database.
    void forget() {
        OffsetDateTime before = clock.instant().minus(kept).atOffset(ZoneOffset.UTC);
        try {
            int calls = deleted(CALLS, before);
            int _ = deleted(DIALLED, before);
            if (calls > 0) {
                log.info("{} calls that ended more than {} days ago are forgotten", calls, kept.toDays());
            }
        } catch (RuntimeException e) {
            log.warn("old calls could not be forgotten: {}", e.toString());
        }
    }

    private int deleted(String batch, OffsetDateTime before) {
        int all = 0;
        int some;
        do {
            some = jdbc.sql(batch).params(before, BATCH).update();
            all += some;
        } while (some == BATCH && !thread.isShutdown());
        return all;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
