package dev.callbridge.matrix;

import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.CallRegistry;
import dev.callbridge.bridge.CallRequest;
import dev.callbridge.bridge.Inbox;
import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.Placement;
import dev.callbridge.bridge.Seat;
import dev.callbridge.bridge.StateFormat;
import dev.callbridge.bridge.Wire;
import dev.callbridge.call.AnswerPolicy;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Leg;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegId;
import dev.callbridge.call.LegStep;
import dev.callbridge.call.Parties;
import dev.callbridge.call.Sdp;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.Party;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/// The other side of every call: telephones without a network. A leg here says what it is told to say and writes down
/// what its call asks of it.
final class FakePhones implements Placement {

    /// Where such a leg stands.
    sealed interface State {
        record Open() implements State {}

        record Over() implements State {}
    }

    private static final StateFormat<State> FORMAT =
            new StateFormat<>(State.class, 1, Map.of("open", State.Open.class, "over", State.Over.class));

    /// One telephone in one call.
    static final class Phone implements Seat<State, LegEvent, LegCommand>, Leg<State, LegEvent, LegCommand> {

        final Party caller;
        final Party callee;
        final List<LegCommand> asked = new CopyOnWriteArrayList<>();
        private volatile Inbox<LegEvent> inbox = _ -> false;

        private Phone(Party caller, Party callee) {
            this.caller = caller;
            this.callee = callee;
        }

        void says(LegEvent event) {
            inbox.deliver(event);
        }

        void answers() {
            says(new LegEvent.Answered(new Sdp("v=0 phone")));
        }

        void ends(HangupCause cause) {
            says(new LegEvent.Ended(CallEnd.of(cause)));
        }

        <C extends LegCommand> C expect(Class<C> command) {
            return await().atMost(Duration.ofSeconds(8))
                    .until(
                            () -> asked.stream()
                                    .filter(command::isInstance)
                                    .map(command::cast)
                                    .findFirst()
                                    .orElse(null),
                            Objects::nonNull);
        }

        CallEnd expectEnd() {
            return expect(LegCommand.End.class).end();
        }

        @Override
        public Leg<State, LegEvent, LegCommand> leg() {
            return this;
        }

        @Override
        public MediaProfile media() {
            return new MediaProfile.WebRtc();
        }

        @Override
        public StateFormat<State> states() {
            return FORMAT;
        }

        @Override
        public Wire<LegCommand> connect(LegId id, Inbox<LegEvent> box) {
            inbox = box;
            return new Wire<>() {
                @Override
                public void send(LegCommand command) {
                    asked.add(command);
                }

                @Override
                public Map<String, String> identifiers() {
                    return Map.of();
                }
            };
        }

        @Override
        public State start() {
            return new State.Open();
        }

        @Override
        public LegStep<State, LegCommand> arrived(State state, LegEvent event) {
            if (state instanceof State.Over) {
                return LegStep.stay(state);
            }
            State next = event instanceof LegEvent.Ended ? new State.Over() : state;
            return LegStep.<State, LegCommand>to(next).tell(event);
        }

        @Override
        public LegStep<State, LegCommand> asked(State state, LegCommand command) {
            if (command instanceof LegCommand.End(var end) && state instanceof State.Open) {
                return LegStep.<State, LegCommand>to(new State.Over())
                        .send(command)
                        .tell(new LegEvent.Ended(end));
            }
            return LegStep.<State, LegCommand>to(state).send(command);
        }

        @Override
        public LegStep<State, LegCommand> overdue(State state) {
            return LegStep.stay(state);
        }

        @Override
        public Duration limit(State state) {
            return Duration.ofHours(1);
        }
    }

    private final List<Phone> placed = new CopyOnWriteArrayList<>();

    @Override
    public boolean reaches(Party callee) {
        return !(callee instanceof MatrixUser);
    }

    @Override
    public Placed place(Party caller, Party callee) {
        var phone = new Phone(caller, callee);
        placed.add(phone);
        return new Placed.On(phone, Duration.ofSeconds(50));
    }

    /// Waits until `caller` has dialled this number.
    Phone expectDialled(String caller, Party number) {
        Phone phone = await().atMost(Duration.ofSeconds(8))
                .until(
                        () -> placed.stream()
                                .filter(any -> any.callee.equals(number))
                                .filter(any -> any.caller.equals(new MatrixUser(caller)))
                                .findFirst()
                                .orElse(null),
                        Objects::nonNull);
        LegCommand.Dial _ = phone.expect(LegCommand.Dial.class);
        return phone;
    }

    long dialled(Party number) {
        return placed.stream()
                .filter(phone -> phone.callee.equals(number))
                .filter(phone -> phone.asked.stream().anyMatch(LegCommand.Dial.class::isInstance))
                .count();
    }

    Phone lastDialled(Party number) {
        return placed.stream()
                .filter(phone -> phone.callee.equals(number))
                .reduce((_, later) -> later)
                .orElseThrow();
    }

    /// A telephone calls a Matrix user.
    Phone calls(CallRegistry registry, Party number, String user) {
        var callee = new MatrixUser(user);
        var phone = new Phone(number, callee);
        var request = new CallRequest(number, callee, AnswerPolicy.WHEN_MEDIA_FLOWS, Duration.ofSeconds(50));
        registry.open(request, phone)
                .deliver(new LegEvent.Offered(Parties.of(number, callee), new Sdp("v=0 phone offers")));
        return phone;
    }
}
