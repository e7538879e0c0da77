package dev.callbridge.bridge;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Leg;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegId;
import dev.callbridge.call.LegStep;
import dev.callbridge.call.Parties;
import dev.callbridge.call.Sdp;
import dev.callbridge.dialplan.Party;
import dev.callbridge.sdp.AudioCodec;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// A leg of the simplest protocol there is: what arrives are the events themselves, what leaves are the commands.
final class PigeonLeg implements Leg<PigeonLeg.State, LegEvent, LegCommand> {

    sealed interface State {
        record Alive() implements State {}

        record Gone() implements State {}
    }

    static final StateFormat<State> STATES =
            new StateFormat<>(State.class, 1, Map.of("alive", State.Alive.class, "gone", State.Gone.class));

    @Override
    public State start() {
        return new State.Alive();
    }

    @Override
    public LegStep<State, LegCommand> arrived(State state, LegEvent arrival) {
        if (state instanceof State.Gone) {
            return LegStep.stay(state);
        }
        State next = arrival instanceof LegEvent.Ended ? new State.Gone() : new State.Alive();
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
        return Duration.ofMinutes(1);
    }

    /// A seat that notes what it is asked to send.
    static final class Perch implements Seat<State, LegEvent, LegCommand> {

        final BlockingQueue<LegCommand> sent = new LinkedBlockingQueue<>();
        volatile Inbox<LegEvent> inbox = _ -> false;

        @Override
        public Leg<State, LegEvent, LegCommand> leg() {
            return new PigeonLeg();
        }

        @Override
        public MediaProfile media() {
            return new MediaProfile.PlainRtp(List.of(AudioCodec.PCMA), InetAddress.getLoopbackAddress());
        }

        @Override
        public StateFormat<State> states() {
            return STATES;
        }

        @Override
        public Wire<LegCommand> connect(LegId id, Inbox<LegEvent> inbox) {
            this.inbox = inbox;
            return new Wire<>() {
                @Override
                public void send(LegCommand message) {
                    sent.add(message);
                }

                @Override
                public Map<String, String> identifiers() {
                    return Map.of();
                }
            };
        }
    }

    static LegEvent.Offered offered(Party caller, Party callee) {
        return new LegEvent.Offered(Parties.of(caller, callee), new Sdp("v=0"));
    }
}
