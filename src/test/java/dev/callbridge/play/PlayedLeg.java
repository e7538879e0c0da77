package dev.callbridge.play;

import dev.callbridge.call.Leg;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegStep;
import dev.callbridge.testkit.VirtualTime;
import java.util.function.Consumer;

/// A leg that lives in virtual time.
final class PlayedLeg<S, A, M> {

    private final Leg<S, A, M> leg;
    private final Consumer<? super M> wire;
    private final Consumer<LegEvent> listener;
    private final Limit limit;
    private S state;

    /// @param wire takes what the leg sends
    /// @param listener hears what the leg tells
    PlayedLeg(VirtualTime time, Leg<S, A, M> leg, Consumer<? super M> wire, Consumer<LegEvent> listener) {
        this.leg = leg;
        this.wire = wire;
        this.listener = listener;
        this.limit = new Limit(time, this::overdue);
        this.state = leg.start();
        limit.follow(state, leg.limit(state));
    }

    void arrived(A arrival) {
        take(leg.arrived(state, arrival));
    }

    void asked(LegCommand command) {
        take(leg.asked(state, command));
    }

    private void overdue() {
        take(leg.overdue(state));
    }

    private void take(LegStep<S, M> step) {
        state = step.next();
        limit.follow(state, leg.limit(state));
        step.messages().forEach(wire);
        step.events().forEach(listener);
    }

    S state() {
        return state;
    }

    void stop() {
        limit.stop();
    }
}
