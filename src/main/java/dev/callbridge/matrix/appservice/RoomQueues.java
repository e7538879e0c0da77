package dev.callbridge.matrix.appservice;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// Runs work in order within a room, rooms side by side. A room that has work has a virtual thread; an idle one has
/// nothing.
public final class RoomQueues {

    private static final Logger log = LoggerFactory.getLogger(RoomQueues.class);

    private final ConcurrentMap<String, Queue<Runnable>> queues = new ConcurrentHashMap<>();

    /// From any thread; returns at once.
    public void run(String room, Runnable work) {
        queues.compute(room, (_, waiting) -> {
            Queue<Runnable> queue = waiting;
            if (queue == null) {
                queue = new ArrayDeque<>();
                Thread.ofVirtual().name("room-" + room).start(() -> work(room));
            }
            queue.add(work);
            return queue;
        });
    }

    private void work(String room) {
        try (var _ = MDC.putCloseable("room", room)) {
            while (true) {
                Runnable[] next = new Runnable[1];
                // The queue is only touched inside the map's own lock of this key; empty, it goes.
                queues.computeIfPresent(room, (_, queue) -> {
                    next[0] = queue.poll();
                    return next[0] == null ? null : queue;
                });
                if (next[0] == null) {
                    return;
                }
                guarded(next[0]);
            }
        }
    }

    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException bug) {
            log.error("an event could not be worked through", bug);
        }
    }
}
