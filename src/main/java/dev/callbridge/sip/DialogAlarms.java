package dev.callbridge.sip;

import dev.callbridge.bridge.Inbox;
import dev.callbridge.sip.leg.Alarm;
import dev.callbridge.sip.leg.DialogArrival;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/// Wakes a dialog. Set by the loop of the call, stopped by any thread; rings on the timer's thread.
final class DialogAlarms {

    private static final int STEP_MILLIS = 10;

    private final DialogEnds ends;
    private final SipStackHost host;
    private final Inbox<DialogArrival> arrivals;
    private final Map<Alarm, Future<?>> pending = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    DialogAlarms(DialogEnds ends, SipStackHost host, Inbox<DialogArrival> arrivals) {
        this.ends = ends;
        this.host = host;
        this.arrivals = arrivals;
    }

    void wake(Alarm alarm, Duration after, int round) {
        Future<?> before = pending.put(
                alarm,
                host.after(after, () -> arrivals.deliver(new DialogArrival.Woken(ends.remoteTag(), alarm, round))));
        if (before != null) {
            before.cancel(false);
        }
        if (stopped) {
            stop();
        }
    }

    /// @param after zero: by chance
    void backOff(Duration after) {
        wake(Alarm.BACK_OFF, after.isZero() ? chance(ends.ownsCallId()) : after, 0);
    }

    /// So that the two sides don't cross again (RFC 3261 §14.1).
    static Duration chance(boolean ownsCallId) {
        var random = ThreadLocalRandom.current();
        int steps = ownsCallId ? random.nextInt(210, 401) : random.nextInt(0, 201);
        return Duration.ofMillis((long) steps * STEP_MILLIS);
    }

    /// The dialog is over: nothing rings any more.
    void stop() {
        stopped = true;
        pending.values().forEach(each -> each.cancel(false));
        pending.clear();
    }
}
