package dev.callbridge.matrix;

import dev.callbridge.matrix.appservice.RoomQueues;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs work of a room after a while, in order with what else happens there. From any thread; never blocks.
record Later(RoomQueues queues, ScheduledExecutorService timers) {

    private static final Logger log = LoggerFactory.getLogger(Later.class);

    void run(Duration after, String room, Runnable work) {
        try {
            var _ = timers.schedule(() -> queues.run(room, work), after.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) {
            log.debug("the bridge stops");
        }
    }
}
