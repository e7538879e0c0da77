package dev.callbridge.testkit;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;

/// A clock that the test turns, and everything that waits for it. What is due in the same moment happens in the
/// order in which it was asked for, so that a seed always leads to the same play. Of the test's thread.
public final class VirtualTime {

    /// Something that waits.
    public final class Timer {

        private final Duration due;
        private final long order;
        private final Runnable task;

        private Timer(Duration due, Runnable task) {
            this.due = due;
            this.order = asked++;
            this.task = task;
        }

        public void cancel() {
            waiting.remove(this);
        }
    }

    /// In one moment; who asks for more goes round in circles.
    private static final int MOST = 10_000;

    private final PriorityQueue<Timer> waiting = new PriorityQueue<>(
            Comparator.comparing((Timer timer) -> timer.due).thenComparingLong(timer -> timer.order));
    private final Random random;
    private Duration now = Duration.ZERO;
    private long asked;

    public VirtualTime(long seed) {
        random = new Random(seed);
    }

    /// Since the play began.
    public Duration now() {
        return now;
    }

    /// The chance of this play.
    public Random random() {
        return random;
    }

    public Timer after(Duration delay, Runnable task) {
        var timer = new Timer(now.plus(delay), task);
        waiting.add(timer);
        return timer;
    }

    /// Somewhere between the two, to the millisecond.
    public Duration between(Duration least, Duration most) {
        return Duration.ofMillis(random.nextLong(least.toMillis(), most.toMillis() + 1));
    }

    /// Lets everything happen that is due by then.
    public void passUntil(Duration time) {
        int atOnce = 0;
        for (Timer next = waiting.peek(); next != null && next.due.compareTo(time) <= 0; next = waiting.peek()) {
            waiting.remove(next);
            atOnce = next.due.equals(now) ? atOnce + 1 : 0;
            if (atOnce > MOST) {
                throw new AssertionError("time stands still at " + now);
            }
            now = next.due;
            next.task.run();
        }
        now = time;
    }

    /// How many things still wait.
    public int waiting() {
        return waiting.size();
    }
}
