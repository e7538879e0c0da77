package dev.callbridge.matrix;

import dev.callbridge.bridge.Announcement;
import dev.callbridge.bridge.CallbridgeProperties;
import dev.callbridge.matrix.appservice.TransactionIntake;
import dev.callbridge.matrix.client.HomeserverClient;
import dev.callbridge.matrix.client.MatrixException;
import dev.callbridge.store.DatabaseUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Starts the Matrix side, last of all: takes up what was left over, asks the homeserver whether it reaches us, and
/// makes the bot and the line rooms.
final class MatrixStart implements SmartLifecycle, Announcement {

    private static final Logger log = LoggerFactory.getLogger(MatrixStart.class);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(5);

    private final Registration registration;
    private final CallbridgeProperties properties;
    private final HomeserverClient homeserver;
    private final TransactionIntake intake;
    private final Ghosts ghosts;
    private final LineRooms lineRooms;
    private final ScheduledExecutorService timers;
    private final CompletableFuture<List<String>> firstPing = new CompletableFuture<>();
    private final AtomicBoolean warned = new AtomicBoolean();
    private final AtomicBoolean waits = new AtomicBoolean();
    private volatile List<String> reached = List.of();
    private volatile boolean running;

    MatrixStart(
            Registration registration,
            CallbridgeProperties properties,
            HomeserverClient homeserver,
            TransactionIntake intake,
            Ghosts ghosts,
            LineRooms lineRooms,
            ScheduledExecutorService timers) {
        this.registration = registration;
        this.properties = properties;
        this.homeserver = homeserver;
        this.intake = intake;
        this.ghosts = ghosts;
        this.lineRooms = lineRooms;
        this.timers = timers;
    }

    @Override
    public void start() {
        running = true;
        intake.start();
        Thread.ofVirtual().name("matrix-ping").start(() -> ping(Duration.ofSeconds(1)));
        Thread.ofVirtual().name("matrix-start").start(() -> prepare(Duration.ofSeconds(1)));
        Runnable forget = () -> Thread.ofVirtual().name("matrix-forget").start(intake::forget);
        var _ = timers.scheduleAtFixedRate(forget, 1, 1, TimeUnit.DAYS);
    }

    /// A homeserver that could not reach us for a while repeats what it has as soon as a ping comes through.
    private void ping(Duration pause) {
        try {
            Duration took = homeserver.ping(registration.id());
            String line = "The homeserver at " + properties.homeserver().url() + " reaches the bridge ("
                    + took.toMillis() + " ms)";
            reached = List.of(line);
            if (!firstPing.complete(reached)) {
                log.info("{}", line);
            }
        } catch (MatrixException e) {
            if (warned.compareAndSet(false, true)) {
                log.warn("{}", explained(e));
            }
            firstPing.complete(List.of());
            again(pause, () -> ping(longer(pause)));
        }
    }

    private String explained(MatrixException e) {
        String url = properties.homeserver().url().toString();
        if (e.status() == 502) {
            return "The homeserver can't reach the bridge at " + registration.url()
                    + ": check `url` in the registration file, and that the bridge listens there";
        }
        if (e.status() == 401 || e.status() == 403) {
            return "The homeserver at " + url + " does not know our registration: name the file in"
                    + " app_service_config_files and restart it";
        }
        return "The homeserver at " + url + " does not answer: check callbridge.homeserver.url (" + e.getMessage()
                + ")";
    }

    private void prepare(Duration pause) {
        boolean later = lineRooms.provide();
        try {
            Ghost _ = ghosts.bot();
        } catch (MatrixException | DatabaseUnavailable e) {
            if (waits.compareAndSet(false, true)) {
                log.info("the bot waits: {}", e.getMessage());
            }
            later = true;
        }
        if (later) {
            again(pause, () -> prepare(longer(pause)));
        }
    }

    private void again(Duration pause, Runnable work) {
        if (!running) {
            return;
        }
        try {
            Runnable start = () -> Thread.ofVirtual().name("matrix-again").start(work);
            var _ = timers.schedule(start, pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) {
            log.debug("the bridge stops");
        }
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    /// Waits a moment for the first answer. A failure was logged already, and so is what comes later.
    @Override
    public List<String> lines() {
        String late = "The homeserver at " + properties.homeserver().url() + " has not answered yet";
        List<String> first = firstPing
                .completeOnTimeout(List.of(late), FIRST_ANSWER.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        return reached.isEmpty() ? first : reached;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
