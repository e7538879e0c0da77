package dev.callbridge.bridge;

import dev.callbridge.call.Call;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.CallVerdict;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegId;
import dev.callbridge.call.MediaEvent;
import dev.callbridge.call.RefusedCall;
import dev.callbridge.call.TwoPartyCall;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.Rights;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// Every call that lives. A connector opens a call here when somebody calls; the registry decides whether it may be,
/// asks the [Placement] of the other protocol for the second leg, and starts the loop.
@Component
public final class CallRegistry implements SmartLifecycle, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CallRegistry.class);
    private static final Duration GOODBYE = Duration.ofSeconds(10);

    private record Live(CallRequest request, CallLoop<?> loop, Thread thread) {}

    private final ObjectProvider<Placement> placements;
    private final MediaPlane mediaPlane;
    private final CallJournal journal;
    private final Rights rights;
    private final CallbridgeProperties.Limits limits;
    private final Capacity capacity;
    private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("timers").daemon().factory());
    private final Map<String, Live> live = new ConcurrentHashMap<>();
    private volatile boolean running;

    CallRegistry(
            ObjectProvider<Placement> placements,
            MediaPlane mediaPlane,
            CallJournal journal,
            Rights rights,
            CallbridgeProperties properties) {
        this.placements = placements;
        this.mediaPlane = mediaPlane;
        this.journal = journal;
        this.rights = rights;
        this.limits = properties.limits();
        this.capacity = new Capacity(limits.calls(), limits.callsPerUser());
        timers.setRemoveOnCancelPolicy(true);
    }

    /// Opens a call for the leg that came in. Never blocks.
    ///
    /// @param arriving the caller's leg; what the caller wants is delivered to the inbox next, as its first mail
    public <A> Inbox<A> open(CallRequest request, Seat<?, A, ?> arriving) {
        return switch (place(request)) {
            case Placement.Placed.On(var seat, var ringTimeout) -> join(request, arriving, seat, ringTimeout);
            case Placement.Placed.Refused(var end) -> refuse(request, arriving, end);
        };
    }

    /// Opens a call that ends at once, for a reason that the arriving connector knows already.
    public <A> Inbox<A> refuse(CallRequest request, Seat<?, A, ?> arriving, CallEnd why) {
        String callId = newId();
        LegId caller = new LegId(callId, "caller");
        return start(callId, request, new RefusedCall(caller, why), caller, arriving, Optional.empty());
    }

    /// How many calls live now.
    public int size() {
        return live.size();
    }

    private Placement.Placed place(CallRequest request) {
        Optional<HangupCause> refusal = refusal(request);
        if (refusal.isPresent()) {
            return new Placement.Placed.Refused(CallEnd.of(refusal.get()));
        }
        if (!capacity.take(request.caller())) {
            return new Placement.Placed.Refused(CallEnd.of(HangupCause.OVERLOADED));
        }
        Placement.Placed placed = placements.stream()
                .filter(placement -> placement.reaches(request.callee()))
                .findFirst()
                .map(placement -> placement.place(request.caller(), request.callee()))
                .orElseGet(() -> new Placement.Placed.Refused(CallEnd.of(HangupCause.NO_ROUTE)));
        if (placed instanceof Placement.Placed.Refused) {
            capacity.giveBack(request.caller());
        }
        return placed;
    }

    private Optional<HangupCause> refusal(CallRequest request) {
        if (!running) {
            return Optional.of(HangupCause.SHUTTING_DOWN);
        }
        return request.caller() instanceof MatrixUser user
                ? rights.refusal(user, request.callee()).map(CallRegistry::cause)
                : Optional.empty();
    }

    private static HangupCause cause(Rights.Refusal refusal) {
        return switch (refusal) {
            case NO_RIGHT -> HangupCause.NOT_ALLOWED;
            case EMERGENCY -> HangupCause.EMERGENCY;
        };
    }

    private <A> Inbox<A> join(CallRequest request, Seat<?, A, ?> arriving, Seat<?, ?, ?> placed, Duration ringTimeout) {
        String callId = newId();
        LegId caller = new LegId(callId, "caller");
        LegId callee = new LegId(callId, "callee");
        Duration ring = ringTimeout.compareTo(request.patience()) < 0 ? ringTimeout : request.patience();
        var call = new TwoPartyCall(caller, callee, request.answerPolicy(), ring, limits.callLength());
        return start(callId, request, call, caller, arriving, Optional.of(new Callee(callee, placed)));
    }

    private record Callee(LegId id, Seat<?, ?, ?> seat) {}

    private <A> Inbox<A> start(
            String callId,
            CallRequest request,
            Call<?> call,
            LegId caller,
            Seat<?, A, ?> arriving,
            Optional<Callee> callee) {
        journal.opened(callId, request.caller(), request.callee());
        long began = System.nanoTime();
        Consumer<CallVerdict> closed = verdict -> {
            closed(callId, verdict, began);
            callee.ifPresent(_ -> capacity.giveBack(request.caller()));
        };
        var loop = new CallLoop<>(callId, call, journal, timers, closed);
        Inbox<A> inbox = loop.seat(caller, arriving);
        callee.ifPresent(placed -> {
            loop.seat(placed.id(), placed.seat());
            Consumer<MediaEvent> events = loop::tell;
            loop.hear(mediaPlane.open(
                    callId,
                    Map.of(caller, arriving.media(), placed.id(), placed.seat().media()),
                    events));
        });
        Thread thread = Thread.ofVirtual().name("call-" + callId).unstarted(loop);
        live.put(callId, new Live(request, loop, thread));
        try (var _ = MDC.putCloseable("call", callId)) {
            log.info("{} calls {}", request.caller(), request.callee());
        }
        thread.start();
        if (!running) {
            loop.stop(CallEnd.of(HangupCause.SHUTTING_DOWN));
        }
        return inbox;
    }

    private void closed(String callId, CallVerdict verdict, long began) {
        live.remove(callId);
        Duration length = Duration.ofNanos(System.nanoTime() - began);
        log.info("ended after {} s: {} by {}", length.toSeconds(), verdict.end().reason(), verdict.by());
    }

    private static String newId() {
        return Ids.random(12);
    }

    @Override
    public void start() {
        running = true;
    }

    /// Ends every call truthfully on both sides, while the connectors still run.
    @Override
    public void stop() {
        running = false;
        live.values().forEach(call -> call.loop().stop(CallEnd.of(HangupCause.SHUTTING_DOWN)));
        long until = System.nanoTime() + GOODBYE.toNanos();
        for (Live call : live.values()) {
            try {
                Duration left = Duration.ofNanos(Math.max(1, until - System.nanoTime()));
                if (!call.thread().join(left)) {
                    log.warn("a call did not end within {} s: {}", GOODBYE.toSeconds(), call.request());
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /// After the connectors have stopped: until then a late caller is still told that the bridge stops.
    @Override
    public void close() {
        timers.shutdownNow();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /// Started before the connectors, stopped before they are: phases are stopped in descending order.
    @Override
    public int getPhase() {
        return SmartLifecycle.DEFAULT_PHASE - 100;
    }
}
