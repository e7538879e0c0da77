package dev.callbridge.media.transport;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Even ports for RTP, each with the odd one above it for RTCP (RFC 3550 §11). One that was given back rests for a
/// while, so that late packets of a call don't end up in the next.
public final class PortPool {

    private record Resting(int port, long until) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Integer> fresh = new ArrayDeque<>();
    private final Queue<Resting> resting = new ArrayDeque<>();
    private final long rest;
    private final LongSupplier nanoTime;

    /// @param first of the range
    /// @param last of the range, may be used too
    /// @param quarantine how long a port rests
    /// @param nanoTime a clock that never goes back
    public PortPool(int first, int last, Duration quarantine, LongSupplier nanoTime) {
        for (int port = first + (first & 1); port < last; port += 2) {
            fresh.add(port);
        }
        this.rest = quarantine.toNanos();
        this.nanoTime = nanoTime;
    }

    /// @return empty if all are taken or rest
    public OptionalInt take() {
        lock.lock();
        try {
            Integer unused = fresh.poll();
            if (unused != null) {
                return OptionalInt.of(unused);
            }
            Resting oldest = resting.peek();
            if (oldest == null || oldest.until - nanoTime.getAsLong() > 0) {
                return OptionalInt.empty();
            }
            resting.remove();
            return OptionalInt.of(oldest.port);
        } finally {
            lock.unlock();
        }
    }

    public void giveBack(int port) {
        lock.lock();
        try {
            resting.add(new Resting(port, nanoTime.getAsLong() + rest));
        } finally {
            lock.unlock();
        }
    }

    /// How many can be had, now or after their rest.
    public int free() {
        lock.lock();
        try {
            return fresh.size() + resting.size();
        } finally {
            lock.unlock();
        }
    }
}
