package dev.callbridge.sip.leg;

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
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each leg alone, played at random: what is true of every order of inputs.
class LegPlayTest {

    private static final List<EarlyMedia> POLICIES = List.of(EarlyMedia.values());

    private static final int GAMES = 3_000;
    private static final int MOVES = 35;
    private static final CallEnd END = CallEnd.of(HangupCause.NORMAL);

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 5, 8, 13})
    void theCallingLegKeepsItsManners(long seed) {
        var random = new Random(seed);
        int talked = 0;
        for (int game = 0; game < GAMES; game++) {
            talked += new UacGame(random).play("seed " + seed + ", game " + game);
        }
        assertThat(talked).as("games that reached a call").isGreaterThan(GAMES / 20);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 5, 8, 13})
    void theCalledLegKeepsItsManners(long seed) {
        var random = new Random(seed);
        int talked = 0;
        for (int game = 0; game < GAMES; game++) {
            talked += new UasGame(random).play("seed " + seed + ", game " + game);
        }
        assertThat(talked).as("games that reached a call").isGreaterThan(GAMES / 20);
    }

    /// One leg in play.
    private abstract static class Game<S, A, M> {

        final Random random;
        final Leg<S, A, M> leg;
        final List<LegEvent> told = new ArrayList<>();
        final DialogManners manners;
        S state;

        Game(Random random, Leg<S, A, M> leg) {
            this.random = random;
            this.leg = leg;
            this.manners = new DialogManners(random);
            this.state = leg.start();
        }

        void take(LegStep<S, M> step, String name) {
            boolean over = told.stream().anyMatch(LegEvent.Ended.class::isInstance);
            if (over) {
                assertThat(step.events()).as(name).isEmpty();
            }
            assertThat(leg.limit(step.next()).isNegative()).as(name).isFalse();
            told.addAll(step.events());
            step.events().forEach(event -> manners.tells(event, name));
            state = step.next();
            step.messages().forEach(message -> {
                if (message instanceof DialogMessage inDialog) {
                    manners.sends(inDialog, name);
                }
                sent(message, over, name);
            });
        }

        abstract void sent(M message, boolean over, String name);

        long ends() {
            return told.stream().filter(LegEvent.Ended.class::isInstance).count();
        }

        void ask(String name) {
            LegCommand command = manners.command();
            manners.asks(command);
            take(leg.asked(state, command), name);
        }

        void wait(String name) {
            manners.tired();
            take(leg.overdue(state), name);
        }

        String tag() {
            return random.nextBoolean() ? "a" : "b";
        }

        boolean isOver() {
            return state instanceof DialogState.Over;
        }

        /// The call asks for the end, and time passes.
        void finish(String name) {
            take(leg.asked(state, new LegCommand.End(END)), name);
            for (int i = 0; i < 5 && !isOver(); i++) {
                wait(name);
            }
            assertThat(isOver()).as(name).isTrue();
            assertThat(ends()).as(name).isEqualTo(1);
            manners.check(name);
        }
    }

    private static final class UacGame extends Game<UacState, UacArrival, UacMessage> {

        private final Set<String> acknowledged = new HashSet<>();
        private final Set<String> hungUp = new HashSet<>();
        private final Set<String> hungUpByThem = new HashSet<>();
        private boolean provisional;
        private int canceled;

        UacGame(Random random) {
            super(
                    random,
                    new UacLeg(Stream.generate(() -> POLICIES.get(random.nextInt(POLICIES.size())))
                            .limit(1 + random.nextInt(3))
                            .toList()));
        }

        int play(String name) {
            take(
                    leg.asked(state, new LegCommand.Dial(Parties.of(UacTrial.ALICE, UacTrial.BERLIN), UacTrial.OFFER)),
                    name);
            if (random.nextInt(4) > 0) {
                take(leg.arrived(state, new UacArrival.Recorded()), name);
            }
            for (int i = 0; i < MOVES; i++) {
                move(name);
            }
            finish(name);
            assertThat(canceled).as(name).isLessThanOrEqualTo(1);
            acknowledged.removeAll(hungUpByThem);
            assertThat(hungUp).as(name).containsAll(acknowledged);
            return told.stream().anyMatch(LegEvent.Answered.class::isInstance) ? 1 : 0;
        }

        private void move(String name) {
            int dice = random.nextInt(40);
            if (dice == 0) {
                wait(name);
            } else if (dice > 32) {
                ask(name);
            } else if (dice == 1) {
                take(leg.asked(state, new LegCommand.End(END)), name);
            } else {
                UacArrival arrival = arrival();
                provisional |= arrival instanceof UacArrival.Provisional;
                if (arrival instanceof DialogArrival.Bye(var tag, var _) && acknowledged.contains(tag)) {
                    hungUpByThem.add(tag);
                }
                take(leg.arrived(state, arrival), name);
            }
        }

        private UacArrival arrival() {
            if (random.nextInt(3) == 0) {
                return manners.arrival(tag());
            }
            return switch (random.nextInt(16)) {
                case 0, 1 -> new UacArrival.Recorded();
                case 2 -> random.nextInt(5) == 0 ? new UacArrival.NotRecorded() : new UacArrival.Recorded();
                case 3 -> new UacArrival.TrunkFull();
                case 4 -> new UacArrival.NoSign();
                case 5, 6 -> new UacArrival.Provisional(100 + random.nextInt(2) * 80, tag(), sdp());
                case 7, 8, 9 -> new UacArrival.Accepted(tag(), sdp());
                case 10 -> new UacArrival.Challenged(401, List.of(UacTrial.CHALLENGE));
                case 11 -> new UacArrival.Rejected(random.nextBoolean() ? 486 : 503, 0);
                case 12 -> random.nextBoolean() ? new UacArrival.TimedOut() : new UacArrival.Unreachable();
                case 13 -> new DialogArrival.Bye(tag(), END);
                case 14 -> new DialogArrival.ByeDone(tag());
                default -> new DialogArrival.ByeChallenged(tag(), List.of(UacTrial.CHALLENGE));
            };
        }

        private @Nullable Sdp sdp() {
            return random.nextInt(3) == 0 ? null : UacTrial.ANSWER;
        }

        @Override
        void sent(UacMessage message, boolean over, String name) {
            switch (message) {
                case UacMessage.Prepare _ -> {}
                case UacMessage.Strike _ -> assertThat(over).as(name).isTrue();
                case UacMessage.WriteDown _, UacMessage.Invite _ ->
                    assertThat(over).as(name).isFalse();
                case UacMessage.Ack(var tag) -> acknowledged.add(tag);
                case UacMessage.Cancel _ -> {
                    canceled++;
                    assertThat(over || !provisional).as(name).isFalse();
                }
                case DialogMessage.Bye(var tag, var _) -> {
                    assertThat(acknowledged).as(name).contains(tag);
                    hungUp.add(tag);
                }
                case DialogMessage.AuthenticateBye(var tag, var _, var _) ->
                    assertThat(hungUp).as(name).contains(tag);
                case DialogMessage _ -> {}
            }
        }
    }

    private static final class UasGame extends Game<UasState, UasArrival, UasMessage> {

        private int finals;
        private boolean answered;
        private boolean acknowledged;
        private boolean gone;
        private boolean hungUp;

        UasGame(Random random) {
            super(random, new UasLeg(Duration.ofMinutes(random.nextInt(2) * 30L)));
        }

        int play(String name) {
            if (random.nextInt(10) > 0) {
                take(leg.arrived(state, UasLegTest.INVITE), name);
            }
            for (int i = 0; i < MOVES; i++) {
                move(name);
            }
            finish(name);
            assertThat(finals).as(name).isEqualTo(1);
            assertThat(!answered || hungUp || gone).as(name).isTrue();
            return acknowledged && answered ? 1 : 0;
        }

        private void move(String name) {
            int dice = random.nextInt(30);
            switch (dice) {
                case 0 -> {
                    acknowledged |= !(state instanceof UasState.Incoming);
                    wait(name);
                }
                case 1 -> take(leg.asked(state, new LegCommand.End(END)), name);
                case 2, 3, 4 -> take(leg.asked(state, new LegCommand.Answer(UasLegTest.ANSWER)), name);
                case 5, 6, 7, 8 -> ask(name);
                default -> {
                    UasArrival arrival = arrival();
                    acknowledged |= answered
                            && (arrival instanceof UasArrival.Ack
                                    || arrival instanceof UasArrival.AckTimedOut
                                    || arrival instanceof DialogArrival.Change);
                    gone |= answered
                            && arrival instanceof DialogArrival.Bye bye
                            && bye.remoteTag().equals("a");
                    take(leg.arrived(state, arrival), name);
                }
            }
        }

        private UasArrival arrival() {
            if (random.nextInt(3) == 0) {
                return manners.arrival(random.nextInt(10) == 0 ? "b" : "a");
            }
            return switch (random.nextInt(12)) {
                case 0 -> UasLegTest.INVITE;
                case 1, 2 -> new UasArrival.RingsOn();
                case 3 -> random.nextInt(3) == 0 ? new UasArrival.Cancel(false) : new UasArrival.RingsOn();
                case 4, 5, 6 -> new UasArrival.Ack();
                case 7 -> new UasArrival.AckTimedOut();
                case 8 -> random.nextInt(3) == 0 ? new DialogArrival.Bye("a", END) : new UasArrival.RingsOn();
                case 9 -> new DialogArrival.ByeDone("a");
                case 10 -> new DialogArrival.ByeChallenged("a", List.of(UacTrial.CHALLENGE));
                default -> new DialogArrival.Bye("nobody", END);
            };
        }

        @Override
        void finish(String name) {
            take(leg.asked(state, new LegCommand.End(END)), name);
            acknowledged = true;
            super.finish(name);
        }

        @Override
        void sent(UasMessage message, boolean over, String name) {
            assertThat(over && !(message instanceof DialogMessage)).as(name).isFalse();
            switch (message) {
                case UasMessage.Ringing _ -> assertThat(finals).as(name).isZero();
                case UasMessage.Answer _ -> {
                    finals++;
                    answered = true;
                }
                case UasMessage.Refuse _, UasMessage.Canceled _ -> finals++;
                case DialogMessage.Bye _, DialogMessage.AuthenticateBye _ -> {
                    assertThat(over).as(name).isFalse();
                    assertThat(answered && acknowledged).as(name).isTrue();
                    hungUp = true;
                }
                case DialogMessage _ -> {}
            }
        }
    }
}
