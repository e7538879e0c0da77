package dev.callbridge.testkit;

import com.sun.net.httpserver.HttpExchange;
import dev.callbridge.testkit.FakeHomeserver.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What goes wrong at a [FakeHomeserver]: answers that come late, that are errors, that never end.
final class HomeserverFaults {

    private static final int STALLED = -1;

    private record Fault(
            Predicate<Request> when,
            AtomicInteger left,
            int status,
            @Nullable Long retryAfterMs,
            Duration delay) {

        private boolean takes() {
            return left.getAndUpdate(times -> Math.max(0, times - 1)) > 0;
        }
    }

    private final List<Fault> faults = new CopyOnWriteArrayList<>();
    private final List<HeldRequest> held = new CopyOnWriteArrayList<>();

    /// @param status 0: late, but as they should be
    void disturb(Predicate<Request> when, int times, int status, @Nullable Long retryAfterMs, Duration delay) {
        faults.add(new Fault(when, new AtomicInteger(times), status, retryAfterMs, delay));
    }

    HeldRequest hold(Predicate<Request> when) {
        var hold = new HeldRequest(when);
        held.add(hold);
        return hold;
    }

    void stall(Predicate<Request> when) {
        disturb(when, 1, STALLED, null, Duration.ZERO);
    }

    void calm() {
        faults.clear();
        held.forEach(HeldRequest::letGo);
        held.clear();
    }

    /// Does to a request what the next fault that fits wants.
    ///
    /// @return whether that was its answer
    boolean strike(Request request, HttpExchange exchange) throws IOException {
        held.forEach(hold -> hold.meet(request));
        Fault fault = faults.stream()
                .filter(any -> any.when().test(request))
                .filter(Fault::takes)
                .findFirst()
                .orElse(null);
        if (fault == null) {
            return false;
        }
        pass(fault.delay());
        if (fault.status() == STALLED) {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            pass(Duration.ofMinutes(1));
        } else if (fault.status() != 0) {
            ObjectNode answer = FakeHomeserver.error(fault.status() == 429 ? "M_LIMIT_EXCEEDED" : "M_UNKNOWN");
            if (fault.retryAfterMs() != null) {
                answer.put("retry_after_ms", fault.retryAfterMs());
            }
            FakeHomeserver.reply(exchange, fault.status(), answer);
        }
        return fault.status() != 0;
    }

    /// Lets time pass without a sleeping thread's blindness to the end of the test.
    private static void pass(Duration delay) {
        try {
            boolean _ = new CountDownLatch(1).await(delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
