package dev.callbridge.testkit;

import dev.callbridge.call.Leg;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegStep;
import java.util.ArrayList;
import java.util.List;

/// For tests of a leg alone: the leg, where it stands, and what came of all that it was given.
///
/// @param <S> its states
/// @param <A> what arrives at it
/// @param <M> what it sends
public abstract class LegTrial<S, A, M> {

    protected final List<M> sent = new ArrayList<>();
    protected final List<LegEvent> told = new ArrayList<>();
    protected Leg<S, A, M> leg;
    protected S state;

    protected LegTrial(Leg<S, A, M> leg) {
        this.leg = leg;
        this.state = leg.start();
    }

    @SafeVarargs
    protected final void arrives(A... arrivals) {
        for (A arrival : arrivals) {
            take(leg.arrived(state, arrival));
        }
    }

    protected final void asked(LegCommand command) {
        take(leg.asked(state, command));
    }

    /// The limit of its state passes.
    protected final void overdue() {
        take(leg.overdue(state));
    }

    /// Only what comes from now on counts.
    protected final void forget() {
        sent.clear();
        told.clear();
    }

    private void take(LegStep<S, M> step) {
        state = step.next();
        sent.addAll(step.messages());
        told.addAll(step.events());
    }
}
