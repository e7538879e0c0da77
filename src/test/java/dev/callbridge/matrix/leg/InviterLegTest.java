package dev.callbridge.matrix.leg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.Candidates;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Identity;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegCommand.End;
import dev.callbridge.call.LegEvent;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// We call a Matrix user.
class InviterLegTest extends InviterTrial {

    private static final CallEnd CANCELED = CallEnd.of(HangupCause.CANCELED);
    private static final CallEnd UNREACHABLE = new CallEnd(HangupCause.UNREACHABLE, "no-joined-room");

    @Test
    void tellsItsCallWhereDevicesAreAndOnceOneIsChosenWhereThatOneIs() {
        var candidates = new Candidates(List.of("candidate:1 1 udp 1 192.0.2.1 9 typ host"));
        dial();
        arrives(new InviterArrival.RoomReady());
        arrives(new InviterArrival.InviteSent("$invite"));
        told.clear();

        arrives(new TalkArrival.Trickled("LAPTOP", candidates));
        assertThat(told).containsExactly(new LegEvent.Trickled(candidates));

        arrives(answered("PHONE"));
        told.clear();
        arrives(new TalkArrival.Trickled("LAPTOP", candidates));
        assertThat(told).isEmpty();

        arrives(new TalkArrival.Trickled("PHONE", candidates));
        assertThat(told).containsExactly(new LegEvent.Trickled(candidates));
    }

    @Test
    void looksForARoomFirst() {
        dial();

        assertThat(sent).containsExactly(new InviterMessage.Reach());
    }

    @Test
    void leavesANoteWhenNobodyCanBeReached() {
        dial();
        arrives(new InviterArrival.NobodyReachable(UNREACHABLE));

        assertThat(sent).endsWith(MISSED, CLOSE);
        assertThat(told).containsExactly(new LegEvent.Ended(UNREACHABLE));
    }

    @Test
    void leavesANoteWhenTheCallerGivesUpBeforeThereIsARoom() {
        dial();
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
        void startInviting() {
            invite();
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
        void startRinging() {
            ring();
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

            assertThat(sent).containsExactly(new InviterMessage.Speak(PeerVersion.ZERO));
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
        void stopsTheOtherDevicesWhenOneDeclinesByHangingUp() {
            arrives(new InviterArrival.HungUp("", NORMAL));

            assertThat(sent).containsExactly(new InviterMessage.Hangup(HangupCause.NORMAL), CLOSE);
            assertThat(told).containsExactly(new LegEvent.Ended(CallEnd.of(HangupCause.REJECTED)));
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

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void endsOnceWhateverTheOrder(long seed) {
        var random = new Random(seed);
        for (int call = 0; call < 2_000; call++) {
            state = leg.start();
            forget();
            dial();
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
