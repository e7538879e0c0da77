package dev.callbridge.matrix.leg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Identity;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegCommand.Dial;
import dev.callbridge.call.LegCommand.End;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegStep;
import dev.callbridge.call.Parties;
import dev.callbridge.call.Sdp;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.PhoneNumber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// We call a Matrix user.
class InviterLegTest {

    private static final MatrixUser ALICE = new MatrixUser("@alice:example.org");
    private static final PhoneNumber BERLIN = new PhoneNumber("+4930901820");
    private static final Sdp OFFER = new Sdp("v=0 offer");
    private static final Sdp ANSWER = new Sdp("v=0 answer");
    private static final CallEnd NORMAL = CallEnd.of(HangupCause.NORMAL);
    private static final CallEnd CANCELED = CallEnd.of(HangupCause.CANCELED);
    private static final CallEnd UNREACHABLE = new CallEnd(HangupCause.UNREACHABLE, "no-joined-room");
    private static final InviterMessage CLOSE = new InviterMessage.Close();
    private static final InviterMessage MISSED = new InviterMessage.MissedCall();

    private final InviterLeg leg = new InviterLeg(Duration.ofSeconds(65));
    private final List<InviterMessage> sent = new ArrayList<>();
    private final List<LegEvent> told = new ArrayList<>();
    private InviterState state = leg.start();

    private void take(LegStep<InviterState, InviterMessage> step) {
        state = step.next();
        sent.addAll(step.messages());
        told.addAll(step.events());
    }

    private void arrives(InviterArrival arrival) {
        take(leg.arrived(state, arrival));
    }

    private void asked(LegCommand command) {
        take(leg.asked(state, command));
    }

    private void forget() {
        sent.clear();
        told.clear();
    }

    private static Peer peer(String party) {
        return new Peer(party, party.isEmpty() ? PeerVersion.ZERO : PeerVersion.ONE, !party.isEmpty());
    }

    private static InviterArrival.Answered answered(String party) {
        return new InviterArrival.Answered(peer(party), ANSWER);
    }

    @Test
    void looksForARoomFirst() {
        asked(new Dial(Parties.of(BERLIN, ALICE), OFFER));

        assertThat(sent).containsExactly(new InviterMessage.Reach());
    }

    @Test
    void leavesANoteWhenNobodyCanBeReached() {
        asked(new Dial(Parties.of(BERLIN, ALICE), OFFER));
        arrives(new InviterArrival.NobodyReachable(UNREACHABLE));

        assertThat(sent).endsWith(MISSED, CLOSE);
        assertThat(told).containsExactly(new LegEvent.Ended(UNREACHABLE));
    }

    @Test
    void leavesANoteWhenTheCallerGivesUpBeforeThereIsARoom() {
        asked(new Dial(Parties.of(BERLIN, ALICE), OFFER));
        asked(new End(CANCELED));

        assertThat(sent).endsWith(MISSED, CLOSE);
        arrives(new InviterArrival.RoomReady());
        assertThat(sent).doesNotContain(new InviterMessage.Invite(OFFER));
    }

    @Test
    void waitsForNothingForEver() {
        List<InviterState> all = List.of(
                new InviterState.Idle(),
                new InviterState.Reaching(OFFER),
                new InviterState.Inviting(),
                new InviterState.Ringing(),
                new TalkState.Talking(TalkState.Talk.with(peer("A"), false)),
                new InviterState.GivenUp(NORMAL));

        assertThat(all).allSatisfy(any -> {
            assertThat(leg.limit(any)).isPositive().isLessThan(Duration.ofDays(2));
            assertThat(leg.overdue(any).next()).isNotEqualTo(any);
        });
        assertThat(leg.overdue(new InviterState.Over()).events()).isEmpty();
    }

    @Nested
    class WhileTheInviteIsOnItsWay {

        @BeforeEach
        void invite() {
            asked(new Dial(Parties.of(BERLIN, ALICE), OFFER));
            arrives(new InviterArrival.RoomReady());
            assertThat(sent).endsWith(new InviterMessage.Invite(OFFER));
            forget();
        }

        @Test
        void ringsWhenTheHomeserverHasIt() {
            arrives(new InviterArrival.InviteSent("$1"));

            assertThat(told).containsExactly(new LegEvent.Ringing());
        }

        @Test
        void takesAnAnswerThatIsQuickerThanItsEventId() {
            arrives(answered("A"));
            arrives(new InviterArrival.InviteSent("$1"));

            assertThat(sent).containsExactly(new InviterMessage.SelectAnswer("A"));
            assertThat(told).containsExactly(new LegEvent.Answered(ANSWER));
        }

        @Test
        void hangsUpOnlyWhenTheInviteHasItsEventId() {
            asked(new End(CANCELED));
            assertThat(sent).containsExactly(new InviterMessage.Withdraw());
            assertThat(told).isEmpty();

            arrives(new InviterArrival.InviteSent("$1"));

            assertThat(sent)
                    .containsExactly(
                            new InviterMessage.Withdraw(),
                            new InviterMessage.Hangup(HangupCause.CANCELED),
                            MISSED,
                            CLOSE);
            assertThat(told).containsExactly(new LegEvent.Ended(CANCELED));
        }

        @Test
        void hangsUpOnWhoAnswersACallThatWasGivenUp() {
            asked(new End(CANCELED));
            arrives(answered("A"));

            assertThat(sent).contains(new InviterMessage.Hangup(HangupCause.CANCELED));
            assertThat(told).containsExactly(new LegEvent.Ended(CANCELED));
        }

        @Test
        void endsWhenTheInviteWasTakenBack() {
            asked(new End(CANCELED));
            arrives(new InviterArrival.NotSent());

            assertThat(told).containsExactly(new LegEvent.Ended(CANCELED));
        }

        @Test
        void endsAsUnreachableWhenTheInviteCantBeSent() {
            arrives(new InviterArrival.NotSent());

            assertThat(told)
                    .containsExactly(new LegEvent.Ended(new CallEnd(HangupCause.UNREACHABLE, "invite-not-sent")));
        }

        @Test
        void leavesNoNoteOfACallThatWasAnsweredElsewhere() {
            asked(new End(CallEnd.of(HangupCause.ANSWERED_ELSEWHERE)));
            arrives(new InviterArrival.InviteSent("$1"));

            assertThat(sent)
                    .contains(new InviterMessage.Hangup(HangupCause.ANSWERED_ELSEWHERE))
                    .doesNotContain(MISSED);
        }
    }

    @Nested
    class WhileItRings {

        @BeforeEach
        void ring() {
            asked(new Dial(Parties.of(BERLIN, ALICE), OFFER));
            arrives(new InviterArrival.RoomReady());
            arrives(new InviterArrival.InviteSent("$1"));
            forget();
        }

        @Test
        void selectsTheFirstAnswerAndNoOther() {
            arrives(answered("A"));
            arrives(answered("B"));

            assertThat(sent).containsExactly(new InviterMessage.SelectAnswer("A"));
            assertThat(told).containsExactly(new LegEvent.Answered(ANSWER));
        }

        @Test
        void selectsNothingOfAVersionZeroClient() {
            arrives(answered(""));

            assertThat(sent).isEmpty();
            assertThat(told).containsExactly(new LegEvent.Answered(ANSWER));
        }

        @Test
        void selectsARejectSoThatOtherDevicesStop() {
            arrives(new InviterArrival.Rejected("A", NORMAL));

            assertThat(sent).containsExactly(new InviterMessage.SelectAnswer("A"), CLOSE);
            assertThat(told).containsExactly(new LegEvent.Ended(CallEnd.of(HangupCause.REJECTED)));
        }

        @Test
        void saysBusyWhenTheUserIs() {
            arrives(new InviterArrival.Rejected("A", CallEnd.of(HangupCause.BUSY)));

            assertThat(told).containsExactly(new LegEvent.Ended(CallEnd.of(HangupCause.BUSY)));
        }

        @Test
        void ignoresAnAnswerAfterTheReject() {
            arrives(new InviterArrival.Rejected("A", NORMAL));
            arrives(answered("B"));

            assertThat(told).hasSize(1);
        }

        @Test
        void takesAHangupOfAnyDeviceAsAnEnd() {
            arrives(new InviterArrival.HungUp("A", CallEnd.of(HangupCause.NO_ANSWER)));

            assertThat(told).containsExactly(new LegEvent.Ended(CallEnd.of(HangupCause.NO_ANSWER)));
        }

        @Test
        void hangsUpAndLeavesANoteWhenNobodyAnswers() {
            asked(new End(CallEnd.of(HangupCause.NO_ANSWER)));

            assertThat(sent).containsExactly(new InviterMessage.Hangup(HangupCause.NO_ANSWER), MISSED, CLOSE);
        }

        @Test
        void endsWhenTheUserLeavesTheRoom() {
            arrives(new InviterArrival.Left());

            assertThat(told).hasExactlyElementsOfTypes(LegEvent.Ended.class);
        }
    }

    @Nested
    class OnceAnAnswerIsChosen {

        @BeforeEach
        void answer() {
            asked(new Dial(Parties.of(BERLIN, ALICE), OFFER));
            arrives(new InviterArrival.RoomReady());
            arrives(new InviterArrival.InviteSent("$1"));
            arrives(answered("A"));
            forget();
        }

        @Test
        void ignoresARejectOfAnotherDevice() {
            arrives(new InviterArrival.Rejected("B", NORMAL));

            assertThat(told).isEmpty();
        }

        @Test
        void ignoresAHangupOfAnotherDevice() {
            arrives(new InviterArrival.HungUp("B", NORMAL));

            assertThat(told).isEmpty();
        }

        @Test
        void endsWithTheHangupOfTheChosenDevice() {
            arrives(new InviterArrival.HungUp("A", NORMAL));
            arrives(new InviterArrival.HungUp("A", NORMAL));

            assertThat(told).containsExactly(new LegEvent.Ended(NORMAL));
        }

        @Test
        void hangsUpWithoutANoteOfAMissedCall() {
            asked(new End(NORMAL));

            assertThat(sent).containsExactly(new InviterMessage.Hangup(HangupCause.NORMAL), CLOSE);
        }

        @Test
        void explainsMissingSound() {
            asked(new End(CallEnd.of(HangupCause.MEDIA_FAILED)));

            assertThat(sent).hasAtLeastOneElementOfType(InviterMessage.Notice.class);
        }

        @Test
        void endsWhenTheUserLeavesTheRoom() {
            arrives(new InviterArrival.Left());

            assertThat(told).hasSize(1);
        }
    }

    /// Two devices answer, a third declines, and one that answered hangs up since it was not chosen.
    @Nested
    class WithSeveralDevices {

        private final List<InviterArrival> signs = List.of(
                answered("A"),
                answered("B"),
                new InviterArrival.Rejected("C", NORMAL),
                new InviterArrival.HungUp("D", CallEnd.of(HangupCause.ANSWERED_ELSEWHERE)));

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2, 3})
        void theFirstSignDecidesWhateverFollows(int first) {
            for (int second = 0; second < signs.size(); second++) {
                for (int third = 0; third < signs.size(); third++) {
                    decides(first, second, third);
                }
            }
        }

        private void decides(int first, int second, int third) {
            state = new InviterState.Ringing();
            forget();
            arrives(signs.get(first));
            List<InviterMessage> sentAtOnce = List.copyOf(sent);
            List<LegEvent> toldAtOnce = List.copyOf(told);
            if (first != second && first != third) {
                arrives(signs.get(second));
                arrives(signs.get(third));
            }

            assertThat(sent).isEqualTo(sentAtOnce);
            assertThat(told).isEqualTo(toldAtOnce);
            switch (first) {
                case 0, 1 -> {
                    String party = first == 0 ? "A" : "B";
                    assertThat(sent).containsExactly(new InviterMessage.SelectAnswer(party));
                    assertThat(told).containsExactly(new LegEvent.Answered(ANSWER));
                }
                case 2 -> {
                    assertThat(sent).containsExactly(new InviterMessage.SelectAnswer("C"), CLOSE);
                    assertThat(told).containsExactly(new LegEvent.Ended(CallEnd.of(HangupCause.REJECTED)));
                }
                default ->
                    assertThat(told).containsExactly(new LegEvent.Ended(CallEnd.of(HangupCause.ANSWERED_ELSEWHERE)));
            }
        }

        @Test
        void onlyTheChosenOneMayChangeTheCall() {
            state = new InviterState.Ringing();
            arrives(answered("A"));
            forget();

            arrives(new TalkArrival.Reoffered("B", OFFER));
            assertThat(told).isEmpty();

            arrives(new TalkArrival.Reoffered("A", OFFER));
            assertThat(told).containsExactly(new LegEvent.Reoffered(OFFER));
        }

        @Test
        void aVersionZeroDeviceNeedsNotBeChosen() {
            state = new InviterState.Ringing();
            arrives(answered(""));

            assertThat(sent).doesNotHaveAnyElementsOfTypes(InviterMessage.SelectAnswer.class);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void endsOnceWhateverTheOrder(long seed) {
        var random = new Random(seed);
        for (int call = 0; call < 2_000; call++) {
            state = leg.start();
            forget();
            asked(new Dial(Parties.of(BERLIN, ALICE), OFFER));
            for (int i = 0; i < 16; i++) {
                play(random.nextInt(18));
            }
            asked(new End(NORMAL));
            arrives(new InviterArrival.InviteSent("$1"));

            assertThat(state).isInstanceOf(InviterState.Over.class);
            assertThat(told).last().isInstanceOf(LegEvent.Ended.class);
            assertThat(told.stream().filter(LegEvent.Ended.class::isInstance)).hasSize(1);
            assertThat(sent).endsWith(CLOSE).containsOnlyOnce(CLOSE);
            assertThat(sent.stream()
                            .filter(InviterMessage.SelectAnswer.class::isInstance)
                            .count())
                    .isLessThanOrEqualTo(1);
            assertThat(sent.stream()
                            .filter(InviterMessage.Invite.class::isInstance)
                            .count())
                    .isLessThanOrEqualTo(1);
        }
    }

    private void play(int what) {
        switch (what) {
            case 0, 1 -> arrives(new InviterArrival.RoomReady());
            case 2, 3 -> arrives(new InviterArrival.InviteSent("$1"));
            case 4 -> arrives(answered("A"));
            case 5 -> arrives(answered("B"));
            case 6 -> arrives(new InviterArrival.Rejected("B", NORMAL));
            case 7 -> arrives(new InviterArrival.HungUp("A", NORMAL));
            case 8 -> arrives(new InviterArrival.NotSent());
            case 9 -> arrives(new InviterArrival.Left());
            case 10 -> arrives(new InviterArrival.NobodyReachable(UNREACHABLE));
            case 11 -> arrives(new TalkArrival.Reoffered("A", OFFER));
            case 12 -> arrives(new TalkArrival.Reanswered("A", ANSWER));
            case 13 -> asked(new LegCommand.Renegotiate());
            case 14 -> asked(new LegCommand.Offer(OFFER));
            case 15 -> asked(new LegCommand.Reanswer(ANSWER));
            case 16 -> asked(new LegCommand.Identify(Identity.of(BERLIN)));
            default -> asked(new End(CANCELED));
        }
    }
}
