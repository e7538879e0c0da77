package dev.callbridge.testkit;

import dev.callbridge.bridge.Inbox;
import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.Seat;
import dev.callbridge.bridge.StateFormat;
import dev.callbridge.bridge.Wire;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Leg;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegId;
import dev.callbridge.call.LegStep;
import dev.callbridge.call.Sdp;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A leg of the simplest protocol there is: what arrives are the events themselves, what leaves are the commands.
public final class PigeonLeg implements Leg<PigeonLeg.State, LegEvent, LegCommand> {

    /// Where such a leg stands.
    public sealed interface State {
        record Alive() implements State {}

        record Gone() implements State {}
    }

    private static final StateFormat<State> STATES =
            new StateFormat<>(State.class, 1, Map.of("alive", State.Alive.class, "gone", State.Gone.class));

    /// What this leg falls over.
    private static final LegEvent BUG = new LegEvent.Answered(new Sdp("bug"));

    @Override
    public State start() {
        return new State.Alive();
    }

    @Override
    public LegStep<State, LegCommand> arrived(State state, LegEvent arrival) {
        if (arrival.equals(BUG)) {
            throw new IllegalStateException("as the test wants");
        }
        if (state instanceof State.Gone) {
            return LegStep.stay(state);
        }
        State next = arrival instanceof LegEvent.Ended ? new State.Gone() : state;
        return LegStep.<State, LegCommand>to(next).tell(arrival);
    }

    @Override
    public LegStep<State, LegCommand> asked(State state, LegCommand command) {
        if (state instanceof State.Gone) {
            return LegStep.stay(state);
        }
        return command instanceof LegCommand.End(var end)
                ? LegStep.<State, LegCommand>to(new State.Gone()).send(command).tell(new LegEvent.Ended(end))
                : LegStep.<State, LegCommand>stay(state).send(command);
    }

    @Override
    public LegStep<State, LegCommand> overdue(State state) {
        return asked(state, new LegCommand.End(CallEnd.of(HangupCause.NO_ANSWER)));
    }

    @Override
    public Duration limit(State state) {
        return Duration.ofHours(1);
    }

    /// The seat of such a leg: the test says what arrives, and hears what the call asks.
    public static final class Perch implements Seat<State, LegEvent, LegCommand> {

        private final MediaProfile media;
        private final Consumer<LegCommand> ear;
        private volatile @Nullable Inbox<LegEvent> inbox;

        /// @param ear hears on the thread of the call
        public Perch(MediaProfile media, Consumer<LegCommand> ear) {
            this.media = media;
            this.ear = ear;
        }

        /// Arrives at the leg; at one that is over, in vain.
        public void says(LegEvent event) {
            Inbox<LegEvent> box = inbox;
            if (box == null) {
                throw new IllegalStateException("not in a call");
            }
            boolean _ = box.deliver(event);
        }

        /// The leg falls over something, as if it had a bug.
        public void breaksTheCall() {
            says(BUG);
        }

        @Override
        public Leg<State, LegEvent, LegCommand> leg() {
            return new PigeonLeg();
        }

        @Override
        public MediaProfile media() {
            return media;
        }

        @Override
        public StateFormat<State> states() {
            return STATES;
        }

        @Override
        public Wire<LegCommand> connect(LegId id, Inbox<LegEvent> box) {
            inbox = box;
            return new Wire<>() {
                @Override
                public void send(LegCommand message) {
                    ear.accept(message);
                }

                @Override
                public Map<String, String> identifiers() {
                    return Map.of();
                }
            };
        }
    }
}
