package dev.callbridge.sip;

import dev.callbridge.bridge.Inbox;
import dev.callbridge.sip.leg.Alarm;
import dev.callbridge.sip.leg.DialogArrival;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Wakes a dialog until it is over. Set by the loop of the call; rings on the timer's thread; stopped by whoever ends
/// the dialog, from any thread.
final class DialogAlarms {

    private static final int STEP_MILLIS = 10;

    /// Does something later.
    interface Timers {
        Future<?> after(Duration delay, Runnable task);
    }

    private final Supplier<String> remoteTag;
    private final boolean ownsCallId;
    private final Timers timers;
    private final Inbox<DialogArrival> arrivals;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Alarm, Future<?>> pending = new EnumMap<>(Alarm.class);
    private boolean over;

    /// @param ownsCallId whether the Call-ID is ours (RFC 3261 §14.1)
    DialogAlarms(Supplier<String> remoteTag, boolean ownsCallId, Timers timers, Inbox<DialogArrival> arrivals) {
        this.remoteTag = remoteTag;
        this.ownsCallId = ownsCallId;
        this.timers = timers;
        this.arrivals = arrivals;
    }

    void wake(Alarm alarm, Duration after, int round) {
        lock.lock();
        try {
            if (over) {
                return;
            }
            Future<?> before = pending.put(
                    alarm,
                    timers.after(
                            after, () -> arrivals.deliver(new DialogArrival.Woken(remoteTag.get(), alarm, round))));
            if (before != null) {
                before.cancel(false);
            }
        } finally {
            lock.unlock();
        }
    }

    /// @param after zero: by chance
    void backOff(Duration after) {
        wake(Alarm.BACK_OFF, after.isZero() ? chance(ownsCallId) : after, 0);
    }

    /// So that the two sides don't cross again (RFC 3261 §14.1).
    static Duration chance(boolean ownsCallId) {
        var random = ThreadLocalRandom.current();
        int steps = ownsCallId ? random.nextInt(210, 401) : random.nextInt(0, 201);
        return Duration.ofMillis((long) steps * STEP_MILLIS);
    }

    /// The dialog is over: nothing rings any more, and nothing is set.
    void stop() {
        lock.lock();
        try {
            over = true;
            pending.values().forEach(each -> each.cancel(false));
            pending.clear();
        } finally {
            lock.unlock();
        }
    }
}
