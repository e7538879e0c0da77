package dev.callbridge.media.transport;

/// When the next beat of 20 ms is due, by a clock that never goes back. Beats don't drift: each is due 20 ms after the
/// one before was, however late that came. Of those that were slept through at most five are made up for; after a
/// longer sleep counting begins anew.
final class Beats {

    /// In nanoseconds.
    static final long LENGTH = 20_000_000;

    private static final int MOST_MADE_UP = 5;
    private static final long MILLISECOND = 1_000_000;

    private long next;
    private long current;

    void start(long now) {
        next = now + LENGTH;
    }

    /// Moves on to the next beat, if it is due.
    boolean next(long now) {
        long late = now - next;
        if (late < 0) {
            return false;
        }
        if (late > MOST_MADE_UP * LENGTH) {
            next = now;
        }
        current = next;
        next += LENGTH;
        return true;
    }

    /// When the current beat was due.
    long current() {
        return current;
    }

    /// How long there is nothing to do, in whole milliseconds, rounded up; 0: a beat is due.
    long idle(long now) {
        return Math.max(0, (next - now + MILLISECOND - 1) / MILLISECOND);
    }
}
