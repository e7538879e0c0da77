package dev.callbridge.play;

import dev.callbridge.testkit.VirtualTime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How long something may stay in one kind of state, in virtual time.
final class Limit {

    private final VirtualTime time;
    private final Runnable overdue;
    private @Nullable Class<?> kind;
    private VirtualTime.@Nullable Timer pending;

    Limit(VirtualTime time, Runnable overdue) {
        this.time = time;
        this.overdue = overdue;
    }

    void follow(Object state, Duration limit) {
        if (!state.getClass().equals(kind)) {
            stop();
            kind = state.getClass();
            pending = time.after(limit, overdue);
        }
    }

    void stop() {
        if (pending != null) {
            pending.cancel();
        }
    }
}
