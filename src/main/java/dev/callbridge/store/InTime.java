package dev.callbridge.store;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessException;

/// Database work that somebody waits for, but not for ever: a database that hangs must not hang calls.
public final class InTime {

    private InTime() {}

    /// Runs `work` on a virtual thread of its own. What is late may still happen, later.
    public static <T> T within(Duration limit, Supplier<T> work) throws DatabaseUnavailable {
        var task = new FutureTask<>(work::get);
        Thread.ofVirtual().name("database").start(task);
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new DatabaseUnavailable("no answer within " + limit.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseUnavailable("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DataAccessException failure) {
                throw new DatabaseUnavailable("the database failed", failure);
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
