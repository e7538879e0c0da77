package dev.callbridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.AnswerPolicy;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.CallInput;
import dev.callbridge.call.CallInput.Expired;
import dev.callbridge.call.CallInput.FromLeg;
import dev.callbridge.call.CallInput.FromMedia;
import dev.callbridge.call.CallInput.Overdue;
import dev.callbridge.call.CallLimit;
import dev.callbridge.call.CallOutput.Close;
import dev.callbridge.call.CallOutput.Connected;
import dev.callbridge.call.CallOutput.Disturbance;
import dev.callbridge.call.CallOutput.ToLeg;
import dev.callbridge.call.CallOutput.ToMedia;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Leg;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegId;
import dev.callbridge.call.LegStep;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.call.MediaEvent;
import dev.callbridge.call.Parties;
import dev.callbridge.call.Sdp;
import dev.callbridge.call.TwoPartyCall;
import dev.callbridge.call.TwoPartyState;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.matrix.leg.InviteeArrival;
import dev.callbridge.matrix.leg.InviteeLeg;
import dev.callbridge.matrix.leg.InviteeMessage;
import dev.callbridge.matrix.leg.InviterArrival;
import dev.callbridge.matrix.leg.InviterLeg;
import dev.callbridge.matrix.leg.InviterMessage;
import dev.callbridge.matrix.leg.Peer;
import dev.callbridge.matrix.leg.PeerVersion;
import dev.callbridge.sip.leg.DialogArrival;
import dev.callbridge.sip.leg.DialogMessage;
import dev.callbridge.sip.leg.DialogState;
import dev.callbridge.sip.leg.EarlyMedia;
import dev.callbridge.sip.leg.UacArrival;
import dev.callbridge.sip.leg.UacLeg;
import dev.callbridge.sip.leg.UacMessage;
import dev.callbridge.sip.leg.UasArrival;
import dev.callbridge.sip.leg.UasLeg;
import dev.callbridge.sip.leg.UasMessage;
import dev.callbridge.testkit.UacTargets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Plays whole calls with everything arriving at random: in any order, twice, or never.
class CallPlayTest {

    static final LegId CALLER = new LegId("c", "caller");
    static final LegId CALLEE = new LegId("c", "callee");
    static final MatrixUser ALICE = new MatrixUser("@alice:example.org");
    static final PhoneNumber BERLIN = new PhoneNumber("+4930901820");
    static final Sdp SDP = new Sdp("v=0");
    static final Peer PHONE = new Peer("ALICEPHONE", PeerVersion.ONE, true);
    static final CallEnd HANGUP = CallEnd.of(HangupCause.NORMAL);

    /// A failure names its seed; put it in the list.
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void aMatrixUserCallsATelephone(long seed) {
        play(new Random(seed), MatrixToPhone::new);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void aTelephoneCallsAMatrixUser(long seed) {
        play(new Random(seed), PhoneToMatrix::new);
    }

    interface NewPlay {
        Play begin(Random random);
    }

    static void play(Random random, NewPlay newPlay) {
        int talked = 0;
        for (int calls = 0; calls < 4_000; calls++) {
            Play play = newPlay.begin(random);
            for (int inputs = 0; inputs < 40; inputs++) {
                play.anything();
                play.settle();
            }
            play.letTimePass();
            talked += play.connected;

            assertThat(play.closes).as("verdicts").isEqualTo(1);
            assertThat(play.releases).as("media given back").isEqualTo(1);
            play.check();
        }
        assertThat(talked).as("calls in which both sides talked").isPositive();
    }

    /// The call and both its legs, joined as the loop joins them.
    abstract static class Play {

        final Random random;
        /// Half of the calls meet little that ends them, or few would come to talk.
        final boolean gentle;

        final TwoPartyCall call;
        final List<Object> sent = new ArrayList<>();
        final Queue<CallInput> open = new ArrayDeque<>();
        /// Dialogs that the telephone ended.
        final Set<String> hungUp = new HashSet<>();

        TwoPartyState state;
        int closes;
        int releases;
        int connected;

        Play(Random random, AnswerPolicy policy) {
            this.random = random;
            this.gentle = random.nextBoolean();
            this.call = new TwoPartyCall(CALLER, CALLEE, policy, Duration.ofSeconds(50), Duration.ofHours(4));
            this.state = call.start();
        }

        abstract void anything();

        abstract Seat<?, ?, ?> caller();

        abstract Seat<?, ?, ?> callee();

        abstract void check();

        /// One of `kinds` inputs, of which the first `friendly` end no call.
        int draw(int friendly, int kinds) {
            return random.nextInt(gentle && random.nextInt(10) > 0 ? friendly : kinds);
        }

        void media() {
            open.add(
                    switch (draw(9, 12)) {
                        case 0, 1, 2 -> new FromMedia(new MediaEvent.Prepared(CALLEE, SDP));
                        case 3, 4, 5 -> new FromMedia(new MediaEvent.Matched(CALLER, SDP));
                        case 6, 7, 8 -> new FromMedia(new MediaEvent.Flowing());
                        case 9 -> new FromMedia(new MediaEvent.Failed(CALLEE, HangupCause.MEDIA_FAILED));
                        case 10 -> new FromMedia(new MediaEvent.Closed(CALLER));
                        default -> new Expired(CallLimit.RING);
                    });
        }

        /// Nothing arrives any more; only deadlines pass.
        void letTimePass() {
            for (int rounds = 0; rounds < 6; rounds++) {
                open.add(new Overdue());
                settle();
                callee().overdue();
                caller().overdue();
                settle();
            }
        }

        void settle() {
            for (var input = open.poll(); input != null; input = open.poll()) {
                var step = call.step(state, input);
                state = step.next();
                for (var output : step.outputs()) {
                    assertThat(closes)
                            .as("nothing is done after the verdict: %s", output)
                            .isZero();
                    switch (output) {
                        case ToLeg(var leg, var command) -> (leg.equals(CALLER) ? caller() : callee()).asked(command);
                        case ToMedia(var command) -> releases += command instanceof MediaCommand.Release ? 1 : 0;
                        case Connected _ -> connected++;
                        case Disturbance _ -> {}
                        case Close _ -> closes++;
                    }
                }
            }
        }

        static String tag(Random random) {
            return random.nextInt(4) == 0 ? "b" : "a";
        }

        <M> List<M> sent(Class<M> kind) {
            return sent.stream().filter(kind::isInstance).map(kind::cast).toList();
        }

        void byesOfOurs() {
            sent(DialogMessage.Bye.class).forEach(bye -> hungUp.add(bye.remoteTag()));
        }

        final class Seat<S, A, M> {

            private final LegId id;
            private final Leg<S, A, M> leg;
            S state;
            private boolean gone;

            Seat(LegId id, Leg<S, A, M> leg) {
                this.id = id;
                this.leg = leg;
                this.state = leg.start();
            }

            void arrived(A arrival) {
                take(leg.arrived(state, arrival));
            }

            void asked(LegCommand command) {
                take(leg.asked(state, command));
            }

            void overdue() {
                take(leg.overdue(state));
            }

            private void take(LegStep<S, M> step) {
                assertThat(gone && !step.events().isEmpty())
                        .as("%s told something after its end: %s", id, step)
                        .isFalse();
                state = step.next();
                sent.addAll(step.messages());
                for (LegEvent event : step.events()) {
                    gone |= event instanceof LegEvent.Ended;
                    open.add(new FromLeg(id, event));
                }
            }
        }
    }

    static final class MatrixToPhone extends Play {

        final Seat<?, InviteeArrival, ?> caller = new Seat<>(CALLER, new InviteeLeg("us"));
        final Seat<?, UacArrival, ?> callee =
                new Seat<>(CALLEE, new UacLeg(UacTargets.of(List.of(EarlyMedia.ON_INBAND, EarlyMedia.ON_PROGRESS))));

        MatrixToPhone(Random random) {
            super(random, AnswerPolicy.AT_ONCE);
        }

        @Override
        Seat<?, ?, ?> caller() {
            return caller;
        }

        @Override
        Seat<?, ?, ?> callee() {
            return callee;
        }

        @Override
        void anything() {
            switch (draw(14, 24)) {
                case 0, 1 -> caller.arrived(new InviteeArrival.Invite(Parties.of(ALICE, BERLIN), SDP, PHONE));
                case 2, 3 -> callee.arrived(new UacArrival.Recorded());
                case 4 -> callee.arrived(new UacArrival.Provisional(100 + random.nextInt(100), tag(random), null));
                case 5, 6 -> callee.arrived(new UacArrival.Accepted(tag(random), SDP));
                case 7 -> caller.arrived(new InviteeArrival.Selected("us"));
                case 8, 9, 10, 11, 12, 13 -> media();
                case 14 -> caller.arrived(new InviteeArrival.Selected("them"));
                case 15 -> caller.arrived(new InviteeArrival.HungUp(HANGUP));
                case 16 -> callee.arrived(new UacArrival.Rejected(300 + random.nextInt(400), 0));
                case 17 -> {
                    String tag = tag(random);
                    if (callee.state instanceof DialogState.Live live
                            && live.session().remoteTag().equals(tag)) {
                        hungUp.add(tag);
                    }
                    callee.arrived(new DialogArrival.Bye(tag, HANGUP));
                }
                case 18 -> callee.arrived(new DialogArrival.ByeDone(tag(random)));
                case 19 -> callee.arrived(new UacArrival.TimedOut());
                case 20 -> callee.overdue();
                case 21 -> callee.arrived(new UacArrival.NoSign());
                case 22 -> callee.arrived(new UacArrival.NotRecorded());
                default -> caller.arrived(new InviteeArrival.NotSent());
            }
        }

        @Override
        void check() {
            byesOfOurs();
            var acknowledged = sent(UacMessage.Ack.class).stream()
                    .map(UacMessage.Ack::toTag)
                    .toList();
            assertThat(hungUp).as("each acknowledged dialog costs until a BYE").containsAll(acknowledged);
            assertThat(sent(UacMessage.Invite.class)).as("one INVITE per trunk").hasSizeLessThanOrEqualTo(2);
            assertThat(sent(UacMessage.Cancel.class)).hasSizeLessThanOrEqualTo(1);
            assertThat(sent(InviteeMessage.Hangup.class)).hasSizeLessThanOrEqualTo(1);
            assertThat(sent(InviteeMessage.Reject.class)).hasSizeLessThanOrEqualTo(1);
        }
    }

    static final class PhoneToMatrix extends Play {

        final Seat<?, UasArrival, ?> caller = new Seat<>(CALLER, new UasLeg(Duration.ofMinutes(30)));
        final Seat<?, InviterArrival, ?> callee = new Seat<>(CALLEE, new InviterLeg(Duration.ofSeconds(65)));

        PhoneToMatrix(Random random) {
            super(random, AnswerPolicy.WHEN_MEDIA_FLOWS);
        }

        @Override
        Seat<?, ?, ?> caller() {
            return caller;
        }

        @Override
        Seat<?, ?, ?> callee() {
            return callee;
        }

        @Override
        void anything() {
            switch (draw(14, 24)) {
                case 0, 1 -> caller.arrived(new UasArrival.Invite("a", BERLIN, ALICE, SDP));
                case 2, 3 -> callee.arrived(new InviterArrival.RoomReady());
                case 4 -> callee.arrived(new InviterArrival.InviteSent("$e"));
                case 5, 6 ->
                    callee.arrived(new InviterArrival.Answered(new Peer(tag(random), PeerVersion.ONE, true), SDP));
                case 7 -> caller.arrived(new UasArrival.Ack());
                case 8, 9, 10, 11, 12, 13 -> media();
                case 14 -> caller.arrived(new UasArrival.Cancel(random.nextBoolean()));
                case 15 -> {
                    hungUp.add("a");
                    caller.arrived(new DialogArrival.Bye("a", HANGUP));
                }
                case 16 -> caller.arrived(new DialogArrival.ByeDone("a"));
                case 17 -> caller.arrived(new UasArrival.AckTimedOut());
                case 18 -> caller.overdue();
                case 19 -> callee.arrived(new InviterArrival.Rejected(tag(random), HANGUP));
                case 20 -> callee.arrived(new InviterArrival.HungUp(tag(random), HANGUP));
                case 21 -> callee.arrived(new InviterArrival.NotSent());
                case 22 -> callee.arrived(new InviterArrival.Left());
                default -> callee.overdue();
            }
        }

        @Override
        void check() {
            byesOfOurs();
            int finals = sent(UasMessage.Answer.class).size()
                    + sent(UasMessage.Refuse.class).size()
                    + sent(UasMessage.Canceled.class).size();
            assertThat(finals).as("final responses to the INVITE").isLessThanOrEqualTo(1);
            if (!sent(UasMessage.Answer.class).isEmpty()) {
                assertThat(hungUp).as("an answered call is hung up by somebody").contains("a");
            }
            assertThat(sent(InviterMessage.Invite.class)).hasSizeLessThanOrEqualTo(1);
            assertThat(sent(InviterMessage.Hangup.class)).hasSizeLessThanOrEqualTo(1);
            assertThat(sent(InviterMessage.SelectAnswer.class)).hasSizeLessThanOrEqualTo(1);
        }
    }
}
