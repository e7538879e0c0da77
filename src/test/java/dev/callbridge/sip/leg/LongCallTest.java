package dev.callbridge.sip.leg;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Leg;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegStep;
import dev.callbridge.call.Parties;
import dev.callbridge.call.Sdp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls of most of an hour between our two roles, on a clock that the test turns: a leg that placed the call,
/// and one
/// that took it, with twenty milliseconds of network in between.
class LongCallTest {

    static final Duration HALF_HOUR = Duration.ofMinutes(30);
    static final long DELAY_MILLIS = 20;
    static final CallEnd HANGUP = CallEnd.of(HangupCause.NORMAL);

    private record Later(long at, long order, Runnable task) {}

    private final PriorityQueue<Later> agenda =
            new PriorityQueue<>(Comparator.comparingLong(Later::at).thenComparingLong(Later::order));
    private long now;
    private long order;
    private boolean cut;
    private Random random = new Random(1);

    final End<UacState, UacArrival, UacMessage> caller =
            new End<>("b", true, new UacLeg(List.of(EarlyMedia.ON_ANSWER)));
    final End<UasState, UasArrival, UasMessage> callee = new End<>("a", false, new UasLeg(HALF_HOUR));

    void after(Duration delay, Runnable task) {
        agenda.add(new Later(now + delay.toMillis(), order++, task));
    }

    void passUntil(Duration time) {
        for (Later next = agenda.peek(); next != null && next.at() <= time.toMillis(); next = agenda.peek()) {
            agenda.remove(next);
            now = next.at();
            next.task().run();
        }
        now = time.toMillis();
    }

    /// One of our legs, its media, and its wire.
    final class End<S, A, M> {

        /// The other's tag.
        final String remote;
        final boolean ownsCallId;
        final Leg<S, A, M> leg;
        final List<LegEvent> told = new ArrayList<>();
        final List<M> sent = new ArrayList<>();
        private final Map<Long, Method> asked = new HashMap<>();
        S state;
        private Class<?> kind = Object.class;
        private long number;
        private int round;
        private int version;

        End(String remote, boolean ownsCallId, Leg<S, A, M> leg) {
            this.remote = remote;
            this.ownsCallId = ownsCallId;
            this.leg = leg;
            this.state = leg.start();
        }

        void arrives(A arrival) {
            take(leg.arrived(state, arrival));
        }

        void asks(LegCommand command) {
            take(leg.asked(state, command));
        }

        Sdp sdp() {
            return new Sdp(remote + " " + ++version);
        }

        private void take(LegStep<S, M> step) {
            state = step.next();
            if (!state.getClass().equals(kind)) {
                kind = state.getClass();
                int entered = ++round;
                after(leg.limit(state), () -> {
                    if (round == entered) {
                        take(leg.overdue(state));
                    }
                });
            }
            step.messages().forEach(this::send);
            for (LegEvent event : step.events()) {
                told.add(event);
                switch (event) {
                    case LegEvent.OfferWanted _ -> asks(new LegCommand.Offer(sdp()));
                    case LegEvent.Reoffered _ -> asks(new LegCommand.Reanswer(sdp()));
                    default -> {}
                }
            }
        }

        private void send(M message) {
            sent.add(message);
            switch (message) {
                case UacMessage.WriteDown _ -> caller.arrives(new UacArrival.Recorded());
                case UacMessage.Invite _ ->
                    carry(() -> {
                        callee.arrives(new UasArrival.Invite(
                                "a",
                                UasLegTest.BERLIN,
                                UasLegTest.ALICE,
                                UasLegTest.OFFER,
                                false,
                                terms(new SessionInterval(HALF_HOUR, null))));
                        callee.asks(new LegCommand.Answer(callee.sdp()));
                    });
                case UacMessage.Ack _ -> carry(() -> callee.arrives(new UasArrival.Ack()));
                case UasMessage.Answer(var answer, var interval) ->
                    carry(() -> caller.arrives(new UacArrival.Accepted("b", answer, terms(interval))));
                case DialogMessage inDialog -> dialog(inDialog);
                default -> {}
            }
        }

        private void dialog(DialogMessage message) {
            switch (message) {
                case DialogMessage.Reinvite(var _, var offer, var interval) -> ask(Method.INVITE, offer, interval);
                case DialogMessage.Update(var _, var interval) -> ask(Method.UPDATE, null, interval);
                case DialogMessage.AckReinvite _ -> {
                    long which = number;
                    toOther(tag -> new DialogArrival.Acknowledged(tag, which, null));
                }
                case DialogMessage.Accept(var _, long which, var body, var interval) -> {
                    Method method = requireNonNull(asked.get(which));
                    toOther(tag -> new DialogArrival.Changed(tag, method, body, terms(interval)));
                }
                case DialogMessage.Refuse(var _, long which, int status) -> {
                    Method method = requireNonNull(asked.get(which));
                    toOther(tag -> new DialogArrival.NotChanged(tag, method, status, Duration.ZERO, Duration.ZERO));
                }
                case DialogMessage.BackOff _ -> {
                    Duration wait = Duration.ofMillis((ownsCallId ? 2_100 : 0) + 10L * random.nextInt(191));
                    after(wait, () -> hears(new DialogArrival.Woken(remote, Alarm.BACK_OFF, 0)));
                }
                case DialogMessage.Wake(var _, var alarm, var delay, int which) ->
                    after(delay, () -> hears(new DialogArrival.Woken(remote, alarm, which)));
                case DialogMessage.Bye(var _, var end) -> {
                    toOther(tag -> new DialogArrival.Bye(tag, end));
                    after(Duration.ofMillis(2 * DELAY_MILLIS), () -> hears(new DialogArrival.ByeDone(remote)));
                }
                default -> {}
            }
        }

        private void ask(Method method, @Nullable Sdp offer, @Nullable SessionInterval interval) {
            long which = ++number;
            End<?, ?, ?> other = this == caller ? callee : caller;
            other.asked.put(which, method);
            toOther(tag -> new DialogArrival.Change(tag, method, which, offer, terms(interval)));
            if (cut) {
                // Nobody answers: what the transaction says in the end.
                var nothing = new DialogArrival.NotChanged(remote, method, 408, Duration.ZERO, Duration.ZERO);
                after(Duration.ofSeconds(32), () -> hears(nothing));
            }
        }

        private void toOther(java.util.function.Function<String, DialogArrival> arrival) {
            boolean calling = this == caller;
            carry(() -> {
                if (calling) {
                    callee.hears(arrival.apply("a"));
                } else {
                    caller.hears(arrival.apply("b"));
                }
            });
        }

        @SuppressWarnings("unchecked")
        private void hears(DialogArrival arrival) {
            arrives((A) arrival);
        }

        boolean lives() {
            return state instanceof DialogState.Live;
        }

        long sent(Class<?> kindOfMessage) {
            return sent.stream().filter(kindOfMessage::isInstance).count();
        }
    }

    private void carry(Runnable delivery) {
        if (!cut) {
            after(Duration.ofMillis(DELAY_MILLIS), delivery);
        }
    }

    static SessionTerms terms(@Nullable SessionInterval interval) {
        return new SessionTerms(true, true, interval);
    }

    void dial() {
        caller.asks(new LegCommand.Dial(Parties.of(UacTrial.ALICE, UacTrial.BERLIN), UacTrial.OFFER));
        passUntil(Duration.ofSeconds(1));
        assertThat(caller.lives() && callee.lives()).isTrue();
    }

    /// Refreshed twice, held and resumed by either side, once by both in the same moment.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void lastsFortyMinutes(long seed) {
        random = new Random(seed);
        dial();
        for (int minute = 3; minute < 38; minute += 7) {
            passUntil(Duration.ofMinutes(minute));
            caller.asks(new LegCommand.Renegotiate());
            passUntil(Duration.ofMinutes(minute + 1));
            callee.asks(new LegCommand.Renegotiate());
            passUntil(Duration.ofMinutes(minute + 2));
            caller.asks(new LegCommand.Renegotiate());
            callee.asks(new LegCommand.Renegotiate());
        }
        passUntil(Duration.ofMinutes(40));

        assertThat(caller.state).isInstanceOf(DialogState.Confirmed.class);
        assertThat(callee.state).isInstanceOf(DialogState.Confirmed.class);
        long agreed = caller.told.stream()
                .filter(LegEvent.Reanswered.class::isInstance)
                .count();
        assertThat(agreed).as("offers of the caller that were answered").isEqualTo(10);
        assertThat(caller.sent(DialogMessage.BackOff.class)).as("crossed").isEqualTo(5);

        caller.asks(new LegCommand.End(HANGUP));
        passUntil(Duration.ofMinutes(41));
        assertThat(caller.told).endsWith(new LegEvent.Ended(HANGUP));
        assertThat(callee.told).endsWith(new LegEvent.Ended(HANGUP));
    }

    @Test
    void isRefreshedEveryQuarterOfAnHourWhenNothingElseHappens() {
        dial();
        passUntil(Duration.ofMinutes(40));

        assertThat(caller.lives() && callee.lives()).isTrue();
        assertThat(caller.sent(DialogMessage.Update.class) + callee.sent(DialogMessage.Update.class))
                .isEqualTo(2);
    }

    @Test
    void endsOnBothSidesWhenTheNetworkIsCut() {
        dial();
        passUntil(Duration.ofMinutes(5));
        cut = true;
        passUntil(Duration.ofMinutes(31));

        assertThat(caller.told.getLast()).isInstanceOf(LegEvent.Ended.class);
        assertThat(callee.told.getLast()).isInstanceOf(LegEvent.Ended.class);
    }
}
