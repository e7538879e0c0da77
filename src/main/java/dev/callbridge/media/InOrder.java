package dev.callbridge.media;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/// Runs one thing after the other, on a virtual thread that lives while there is something to do.
final class InOrder implements Executor {

    private final String name;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    /// @param name of the threads
    InOrder(String name) {
        this.name = name;
    }

    /// @param task must not throw
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (waiting.getAndIncrement() == 0) {
            Thread.ofVirtual().name(name).start(this::drain);
        }
    }

    private void drain() {
        do {
            tasks.remove().run();
        } while (waiting.decrementAndGet() > 0);
    }
}
