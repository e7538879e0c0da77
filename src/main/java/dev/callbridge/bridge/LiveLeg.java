package dev.callbridge.bridge;

import dev.callbridge.call.CallInput;
import dev.callbridge.call.CallInput.FromLeg;
import dev.callbridge.call.Leg;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegId;
import dev.callbridge.call.LegStep;
import dev.callbridge.call.Sdp;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// A leg while it lives: its machine, where it stands, its wire. Belongs to the loop of its call.
final class LiveLeg<S, A, M> {

    private static final Logger log = LoggerFactory.getLogger(LiveLeg.class);

    private final LegId id;
    private final Leg<S, A, M> leg;
    private final Inbox<A> inbox;
    private final Wire<M> wire;
    private final StateFormat<S> format;
    private final CallJournal journal;
    private final Deadline<S> deadline;
    private S state;
    private @Nullable Sdp local;
    private @Nullable Sdp remote;
    private boolean ended;

    /// @param mailbox of the call
    LiveLeg(
            LegId id,
            Seat<S, A, M> seat,
            CallJournal journal,
            ScheduledExecutorService timers,
            CallLoop.Mailbox mailbox) {
        this.id = id;
        this.leg = seat.leg();
        this.inbox = arrival -> mailbox.post(() -> arrived(arrival));
        this.wire = seat.connect(id, inbox);
        this.format = seat.states();
        this.journal = journal;
        this.state = leg.start();
        this.deadline = new Deadline<>(timers, round -> mailbox.post(() -> overdue(round)));
    }

    /// Where what arrives for this leg is put.
    Inbox<A> inbox() {
        return inbox;
    }

    List<CallInput> arrived(A arrival) {
        return take(arrival, leg.arrived(state, arrival));
    }

    List<CallInput> asked(LegCommand command) {
        switch (command) {
            case LegCommand.Dial(var _, var offer) -> local = offer;
            case LegCommand.Answer(var answer) -> local = answer;
            case LegCommand.Offer(var offer) -> local = offer;
            case LegCommand.Reanswer(var answer) -> local = answer;
            case LegCommand.Ring _,
                    LegCommand.Renegotiate _,
                    LegCommand.Decline _,
                    LegCommand.Identify _,
                    LegCommand.Press _,
                    LegCommand.Warn _,
                    LegCommand.End _ -> {}
        }
        return take(command, leg.asked(state, command));
    }

    List<CallInput> overdue(int round) {
        return deadline.stillIn(round) ? take("overdue", leg.overdue(state)) : List.of();
    }

    boolean ended() {
        return ended;
    }

    void stop() {
        deadline.stop();
    }

    private List<CallInput> take(Object input, LegStep<S, M> step) {
        try (var _ = MDC.putCloseable("leg", id.role())) {
            log.debug("{} + {} -> {} {} {}", state, input, step.next(), step.messages(), step.events());
            state = step.next();
            step.events().forEach(this::note);
            boolean moved = deadline.follow(state, leg.limit(state));
            step.messages().forEach(wire::send);
            if (moved) {
                String kind = leg.getClass().getSimpleName();
                journal.leg(id, kind, format.write(state), wire.identifiers(), local, remote);
            }
            return step.events().stream()
                    .<CallInput>map(event -> new FromLeg(id, event))
                    .toList();
        }
    }

    private void note(LegEvent event) {
        switch (event) {
            case LegEvent.Offered(var _, var offer) -> remote = offer;
            case LegEvent.Answered(var answer) -> remote = answer;
            case LegEvent.Reoffered(var offer) -> remote = offer;
            case LegEvent.Reanswered(var answer) -> remote = answer;
            case LegEvent.Ended _ -> ended = true;
            case LegEvent.Ringing _,
                    LegEvent.Progressed _,
                    LegEvent.OfferWanted _,
                    LegEvent.Trickled _,
                    LegEvent.OfferFailed _,
                    LegEvent.Identified _,
                    LegEvent.Pressed _ -> {}
        }
    }
}
