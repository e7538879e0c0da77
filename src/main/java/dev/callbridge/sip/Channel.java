package dev.callbridge.sip;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// One of the calls that a trunk may carry at once. May be given back by any thread, and more than once.
final class Channel {

    private final AtomicInteger calls;
    private final AtomicBoolean taken = new AtomicBoolean(true);

    Channel(AtomicInteger calls) {
        this.calls = calls;
    }

    void giveBack() {
        if (taken.compareAndSet(true, false)) {
            calls.decrementAndGet();
        }
    }
}
