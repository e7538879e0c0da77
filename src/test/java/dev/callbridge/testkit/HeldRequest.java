package dev.callbridge.testkit;

import dev.callbridge.testkit.FakeHomeserver.Request;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/// A request to the [FakeHomeserver] that waits for the test, a minute at most.
public final class HeldRequest {

    private final Predicate<Request> when;
    private final AtomicBoolean taken = new AtomicBoolean();
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    HeldRequest(Predicate<Request> when) {
        this.when = when;
    }

    /// Holds the first request that fits.
    void meet(Request request) {
        if (when.test(request) && taken.compareAndSet(false, true)) {
            arrived.countDown();
            boolean _ = pass(released, Duration.ofMinutes(1));
        }
    }

    /// Waits until the request is there.
    public void expectArrival() {
        if (!pass(arrived, Duration.ofSeconds(20))) {
            throw new AssertionError("waited in vain for a request to hold");
        }
    }

    /// Lets it be answered.
    public void letGo() {
        released.countDown();
    }

    private static boolean pass(CountDownLatch until, Duration limit) {
        try {
            return until.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
