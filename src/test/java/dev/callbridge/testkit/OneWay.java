package dev.callbridge.testkit;

import java.time.Duration;

/// One direction of a network in virtual time: each message takes a time of its own, and none overtakes another.
public final class OneWay {

    private final VirtualTime time;
    private final Duration least;
    private final Duration most;
    private Duration last = Duration.ZERO;
    private boolean cut;

    /// @param least the time that a message takes, and `most`
    public OneWay(VirtualTime time, Duration least, Duration most) {
        this.time = time;
        this.least = least;
        this.most = most;
    }

    public void carry(Runnable delivery) {
        if (cut) {
            return;
        }
        Duration earliest = time.now().plus(time.between(least, most));
        last = earliest.compareTo(last) < 0 ? last : earliest;
        VirtualTime.Timer _ = time.after(last.minus(time.now()), delivery);
    }

    /// Nothing gets through any more.
    public void cut() {
        cut = true;
    }
}
