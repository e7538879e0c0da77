package dev.callbridge.sip;

import java.util.concurrent.atomic.AtomicLong;

/// Lets events through at a rate, and some more at once. Any thread.
final class TokenBucket {

    private final long nanosPerToken;
    private final long fullNanos;
    /// The moment at which the bucket would be full again.
    private final AtomicLong fullAt;

    /// @param now on any monotonic clock, in nanoseconds
    TokenBucket(int perSecond, int burst, long now) {
        this.nanosPerToken = 1_000_000_000L / perSecond;
        this.fullNanos = nanosPerToken * burst;
        this.fullAt = new AtomicLong(now);
    }

    boolean take(long now) {
        while (true) {
            long before = fullAt.get();
            long from = before - now > 0 ? before : now;
            long after = from + nanosPerToken;
            if (after - now > fullNanos) {
                return false;
            }
            if (fullAt.compareAndSet(before, after)) {
                return true;
            }
        }
    }
}
