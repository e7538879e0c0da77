package dev.callbridge.bridge;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Rings when its owner stays in one kind of state for too long. Belongs to one thread; rings on the timer's.
final class Deadline<S> {

    private final ScheduledExecutorService timers;
    private final IntConsumer ring;
    private @Nullable Object kind;
    private @Nullable ScheduledFuture<?> pending;
    private int round;

    /// @param ring is given the round that lasted too long: by the time it is heard, the owner may have moved on
    Deadline(ScheduledExecutorService timers, IntConsumer ring) {
        this.timers = timers;
        this.ring = ring;
    }

    /// @return whether the owner has come into another kind of state
    boolean follow(S state, Duration limit) {
        if (kindOf(state).equals(kind)) {
            return false;
        }
        stop();
        kind = kindOf(state);
        int now = ++round;
        pending = timers.schedule(() -> ring.accept(now), limit.toMillis(), TimeUnit.MILLISECONDS);
        return true;
    }

    /// Constants of an enum are kinds of their own.
    private static Object kindOf(Object state) {
        return state instanceof Enum<?> ? state : state.getClass();
    }

    boolean stillIn(int rung) {
        return rung == round;
    }

    void stop() {
        if (pending != null) {
            pending.cancel(false);
        }
    }
}
