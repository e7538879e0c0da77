package dev.callbridge.bridge;

import static java.util.Objects.requireNonNull;

import dev.callbridge.call.Call;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.CallInput;
import dev.callbridge.call.CallInput.FromMedia;
import dev.callbridge.call.CallInput.Overdue;
import dev.callbridge.call.CallLimit;
import dev.callbridge.call.CallOutput;
import dev.callbridge.call.CallOutput.Close;
import dev.callbridge.call.CallOutput.Connected;
import dev.callbridge.call.CallOutput.Disturbance;
import dev.callbridge.call.CallOutput.ToLeg;
import dev.callbridge.call.CallOutput.ToMedia;
import dev.callbridge.call.CallStep;
import dev.callbridge.call.CallVerdict;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegId;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.call.MediaEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// Owns one call and its legs.
///
/// ## Threads
/// [#run] is the only code that touches the call, its legs and its deadlines; it opens one mail at a time, so nothing
/// is locked. [Inbox]es, [#tell] and [#stop] may be used from any thread and never block.
final class CallLoop<S> implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(CallLoop.class);

    /// A call of two needs some dozens of mails in all; who fills this is broken or hostile.
    private static final int MAILBOX = 512;

    /// Something that came in, and what it means for the call once it is opened on the loop's thread.
    interface Mail {
        List<CallInput> open();
    }

    /// Where mail is put; false if none is taken any more.
    interface Mailbox {
        boolean post(Mail mail);
    }

    private final String callId;
    private final Call<S> call;
    private final CallJournal journal;
    private final ScheduledExecutorService timers;
    private final Consumer<CallVerdict> whenClosed;
    private final Deadline<S> deadline;
    private final Map<LegId, LiveLeg<?, ?, ?>> legs = new LinkedHashMap<>();
    private final BlockingQueue<Mail> mailbox = new ArrayBlockingQueue<>(MAILBOX);
    private final List<Future<?>> limits = new ArrayList<>();

    private MediaSession media = _ -> {};
    private S state;
    private volatile boolean over;
    private volatile boolean overflowed;

    /// @param whenClosed hears the verdict, once, on the loop's thread
    CallLoop(
            String callId,
            Call<S> call,
            CallJournal journal,
            ScheduledExecutorService timers,
            Consumer<CallVerdict> whenClosed) {
        this.callId = callId;
        this.call = call;
        this.journal = journal;
        this.timers = timers;
        this.whenClosed = whenClosed;
        this.state = call.start();
        this.deadline = new Deadline<>(timers, round -> post(() -> overdue(round)));
    }

    /// Puts a leg in its place; before [#run].
    <L, A, M> Inbox<A> seat(LegId id, Seat<L, A, M> seat) {
        var leg = new LiveLeg<>(id, seat, journal, timers, this::post);
        legs.put(id, leg);
        return leg.inbox();
    }

    /// Before [#run].
    void hear(MediaSession session) {
        this.media = session;
    }

    void tell(MediaEvent event) {
        post(() -> List.of(new FromMedia(event)));
    }

    void stop(CallEnd end) {
        post(() -> List.of(new CallInput.Stop(end)));
    }

    private boolean post(Mail mail) {
        if (over) {
            return false;
        }
        if (!mailbox.offer(mail)) {
            overflowed = true;
            return false;
        }
        return true;
    }

    @Override
    public void run() {
        try (var _ = MDC.putCloseable("call", callId)) {
            live();
        }
    }

    private void live() {
        try {
            call.limits().forEach(this::expect);
            deadline.follow(state, call.limit(state));
            while (!call.over(state)) {
                settle(mailbox.take().open());
                if (overflowed) {
                    throw new IllegalStateException("more than " + MAILBOX + " mails wait");
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            log.info("stopped in {}", state);
        } catch (RuntimeException | Error bug) {
            log.error("dropped in {}", state, bug);
            endAll();
        } finally {
            over = true;
            deadline.stop();
            limits.forEach(limit -> limit.cancel(false));
            legs.values().forEach(LiveLeg::stop);
        }
    }

    private void expect(CallLimit limit, Duration after) {
        Runnable expire = () -> post(() -> List.of(new CallInput.Expired(limit)));
        limits.add(timers.schedule(expire, after.toMillis(), TimeUnit.MILLISECONDS));
    }

    /// Lets the call decide on each input, and on what its legs say to that, until nothing is left to decide.
    private void settle(List<CallInput> inputs) {
        Queue<CallInput> open = new ArrayDeque<>(inputs);
        for (var input = open.poll(); input != null; input = open.poll()) {
            CallStep<S> step = call.step(state, input);
            log.debug("{} + {} -> {} {}", state, input, step.next(), step.outputs());
            state = step.next();
            deadline.follow(state, call.limit(state));
            step.outputs().forEach(output -> open.addAll(perform(output)));
        }
    }

    private List<CallInput> perform(CallOutput output) {
        return switch (output) {
            case ToLeg(var leg, var command) ->
                requireNonNull(legs.get(leg), "nobody is seated there").asked(command);
            case ToMedia(var command) -> {
                media.perform(command);
                yield List.of();
            }
            case Connected _ -> {
                journal.answered(callId);
                yield List.of();
            }
            case Disturbance(var leg, var trouble, boolean begins) -> {
                journal.disturbance(leg, trouble, begins);
                yield List.of();
            }
            case Close(var verdict) -> {
                close(verdict);
                yield List.of();
            }
        };
    }

    private void close(CallVerdict verdict) {
        journal.closed(callId, verdict);
        whenClosed.accept(verdict);
    }

    /// A bug ends this call and no other, and leaves nobody hanging.
    private void endAll() {
        CallEnd end = CallEnd.of(HangupCause.FAILED);
        legs.values().stream()
                .filter(leg -> !leg.ended())
                .forEach(leg -> guarded(() -> leg.asked(new LegCommand.End(end))));
        guarded(() -> media.perform(new MediaCommand.Release()));
        guarded(() -> close(new CallVerdict(end, CallVerdict.Side.BRIDGE)));
    }

    private static void guarded(Runnable last) {
        try {
            last.run();
        } catch (RuntimeException bug) {
            log.error("could not even end", bug);
        }
    }

    private List<CallInput> overdue(int round) {
        return deadline.stillIn(round) ? List.of(new Overdue()) : List.of();
    }
}
