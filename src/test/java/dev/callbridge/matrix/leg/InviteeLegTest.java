package dev.callbridge.matrix.leg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.Candidates;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegCommand.Answer;
import dev.callbridge.call.LegCommand.End;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.Parties;
import dev.callbridge.call.Sdp;
import dev.callbridge.call.Trouble;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.LegTrial;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A Matrix user calls a ghost.
class InviteeLegTest extends LegTrial<InviteeState, InviteeArrival, InviteeMessage> {

    private static final String OURS = "GHOSTDEVICE";
    private static final MatrixUser ALICE = new MatrixUser("@alice:example.org");
    private static final PhoneNumber BERLIN = new PhoneNumber("+4930901820");
    private static final Sdp OFFER = new Sdp("v=0 offer");
    private static final Sdp ANSWER = new Sdp("v=0 answer");
    private static final CallEnd BUSY = CallEnd.of(HangupCause.BUSY);
    private static final CallEnd NORMAL = CallEnd.of(HangupCause.NORMAL);

    InviteeLegTest() {
        super(new InviteeLeg(OURS));
    }

    private void invited(PeerVersion version) {
        arrives(new InviteeArrival.Invite(Parties.of(ALICE, BERLIN), OFFER, peer(version)));
    }

    private static Peer peer(PeerVersion version) {
        return new Peer("ALICEPHONE", version, version == PeerVersion.ONE);
    }

    private static InviteeArrival.HungUp hungUp(CallEnd end) {
        return new InviteeArrival.HungUp(end);
    }

    @Test
    void tellsItsCallWhereTheCallingDeviceIsFromTheInviteOn() {
        var candidates = new Candidates(List.of("candidate:1 1 udp 1 192.0.2.1 9 typ host"));
        invited(PeerVersion.ONE);
        told.clear();

        arrives(new TalkArrival.Trickled("ALICEPHONE", candidates));
        arrives(new TalkArrival.Trickled("OTHER", candidates));
        asked(new Answer(ANSWER));
        arrives(new TalkArrival.Trickled("ALICEPHONE", candidates));
        arrives(new TalkArrival.Trickled("OTHER", candidates));

        assertThat(told).containsExactly(new LegEvent.Trickled(candidates), new LegEvent.Trickled(candidates));
    }

    @Test
    void tellsItsCallWhoCallsWhom() {
        invited(PeerVersion.ONE);

        assertThat(told).containsExactly(new LegEvent.Offered(Parties.of(ALICE, BERLIN), OFFER));
    }

    @Test
    void takesAnInviteOnce() {
        invited(PeerVersion.ONE);
        invited(PeerVersion.ONE);

        assertThat(told).hasSize(1);
    }

    @Test
    void waitsForNothingForEver() {
        List<InviteeState> all = List.of(
                new InviteeState.Idle(),
                new InviteeState.Ringing(peer(PeerVersion.ONE)),
                new TalkState.Talking(TalkState.Talk.with(peer(PeerVersion.ONE), true)));

        assertThat(all).allSatisfy(any -> {
            assertThat(leg.limit(any)).isPositive().isLessThan(Duration.ofDays(2));
            assertThat(leg.overdue(any).events()).hasSize(1);
        });
        assertThat(leg.overdue(new InviteeState.Over()).events()).isEmpty();
    }

    @Nested
    class WhileTheUserWaits {

        @BeforeEach
        void ring() {
            invited(PeerVersion.ONE);
            told.clear();
        }

        @Test
        void refusesWithARejectAndSaysWhy() {
            asked(new End(BUSY));

            assertThat(sent)
                    .containsExactly(
                            new InviteeMessage.Reject(HangupCause.BUSY),
                            new InviteeMessage.Notice("The line is busy. Try again later."),
                            new InviteeMessage.Close());
            assertThat(told).containsExactly(new LegEvent.Ended(BUSY));
        }

        @Test
        void sendsNothingForRinging() {
            asked(new LegCommand.Ring());

            assertThat(sent).isEmpty();
        }

        @Test
        void answers() {
            asked(new Answer(ANSWER));

            assertThat(sent).containsExactly(new InviteeMessage.Answer(ANSWER));
        }

        @Test
        void takesAHangupAsGivingUp() {
            arrives(hungUp(NORMAL));

            assertThat(told).containsExactly(new LegEvent.Ended(CallEnd.of(HangupCause.CANCELED)));
            assertThat(sent).containsExactly(new InviteeMessage.Close());
        }

        @Test
        void keepsTheReasonOfACallerWhoWaitedTooLong() {
            arrives(hungUp(CallEnd.of(HangupCause.NO_ANSWER)));

            assertThat(told).containsExactly(new LegEvent.Ended(CallEnd.of(HangupCause.NO_ANSWER)));
        }

        @Test
        void takesLeavingTheRoomAsAHangup() {
            arrives(new InviteeArrival.Left());

            assertThat(told).containsExactly(new LegEvent.Ended(CallEnd.of(HangupCause.CANCELED)));
        }

        @Test
        void givesWayToACallOfTheSameTelephone() {
            arrives(new InviteeArrival.Collided());

            assertThat(sent)
                    .containsExactly(
                            new InviteeMessage.Reject(HangupCause.CANCELED),
                            new InviteeMessage.Notice("This number is calling you right now. Take that call."),
                            new InviteeMessage.Close());
        }

        @Test
        void endsSilentlyWhenSomebodyElseWasChosen() {
            arrives(new InviteeArrival.Selected("OTHER"));

            assertThat(sent).containsExactly(new InviteeMessage.Close());
        }
    }

    @Nested
    class OnceOurAnswerIsSent {

        @BeforeEach
        void answer() {
            invited(PeerVersion.ONE);
            asked(new Answer(ANSWER));
            forget();
        }

        @Test
        void hangsUpInsteadOfRejecting() {
            asked(new End(NORMAL));

            assertThat(sent).containsExactly(new InviteeMessage.Hangup(HangupCause.NORMAL), new InviteeMessage.Close());
        }

        @Test
        void endsWithTheCallersHangup() {
            arrives(hungUp(NORMAL));

            assertThat(told).containsExactly(new LegEvent.Ended(NORMAL));
        }

        @Test
        void saysNothingMoreAfterTheEnd() {
            arrives(hungUp(NORMAL));
            forget();

            asked(new End(BUSY));
            arrives(hungUp(BUSY));
            arrives(new InviteeArrival.Left());
            arrives(new InviteeArrival.NotSent());

            assertThat(sent).isEmpty();
            assertThat(told).isEmpty();
        }

        @Test
        void goesOnWhenItWasChosen() {
            arrives(new InviteeArrival.Selected(OURS));

            assertThat(told).isEmpty();
        }

        @Test
        void endsSilentlyWhenAnotherAnswerWasChosen() {
            arrives(new InviteeArrival.Selected("OTHER"));

            assertThat(told).containsExactly(new LegEvent.Ended(CallEnd.of(HangupCause.ANSWERED_ELSEWHERE)));
            assertThat(sent).containsExactly(new InviteeMessage.Close());
        }

        @Test
        void explainsMissingSound() {
            asked(new End(CallEnd.of(HangupCause.MEDIA_FAILED)));

            assertThat(sent).hasAtLeastOneElementOfType(InviteeMessage.Notice.class);
        }

        @Test
        void endsBothWaysWhenItsAnswerNeverReachedTheRoom() {
            arrives(new InviteeArrival.NotSent());

            assertThat(sent)
                    .containsExactly(
                            new InviteeMessage.Hangup(HangupCause.FAILED),
                            new InviteeMessage.Reject(HangupCause.FAILED),
                            new InviteeMessage.Close());
            assertThat(told).hasSize(1);
        }
    }

    @Nested
    class WithAVersionZeroCaller {

        @BeforeEach
        void ring() {
            invited(PeerVersion.ZERO);
        }

        @Test
        void refusesWithAHangup() {
            asked(new End(BUSY));

            assertThat(sent).startsWith(new InviteeMessage.Hangup(HangupCause.BUSY));
        }

        @Test
        void knowsNoRejectEvenWhenItsAnswerIsLost() {
            asked(new Answer(ANSWER));
            arrives(new InviteeArrival.NotSent());

            assertThat(sent).doesNotHaveAnyElementsOfTypes(InviteeMessage.Reject.class);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void endsOnceWhateverTheOrder(long seed) {
        var random = new Random(seed);
        for (int call = 0; call < 2_000; call++) {
            state = leg.start();
            forget();
            for (int i = 0; i < 14; i++) {
                play(random.nextInt(17));
            }
            asked(new End(NORMAL));

            assertThat(state).isInstanceOf(InviteeState.Over.class);
            assertThat(told).last().isInstanceOf(LegEvent.Ended.class);
            assertThat(told.stream().filter(LegEvent.Ended.class::isInstance)).hasSize(1);
            assertThat(sent).endsWith(new InviteeMessage.Close()).containsOnlyOnce(new InviteeMessage.Close());
            assertThat(sent.stream()
                            .filter(InviteeMessage.Answer.class::isInstance)
                            .count())
                    .isLessThanOrEqualTo(1);
        }
    }

    private void play(int what) {
        switch (what) {
            case 0, 1 -> invited(what == 0 ? PeerVersion.ONE : PeerVersion.ZERO);
            case 2, 3 -> asked(new Answer(ANSWER));
            case 4 -> arrives(hungUp(NORMAL));
            case 5 -> arrives(new InviteeArrival.Selected(OURS));
            case 6 -> arrives(new InviteeArrival.NotSent());
            case 7 -> arrives(new InviteeArrival.Left());
            case 8 -> asked(new LegCommand.Ring());
            case 9 -> arrives(new InviteeArrival.Collided());
            case 10 -> arrives(new TalkArrival.Reoffered("ALICEPHONE", OFFER));
            case 11 -> arrives(new TalkArrival.Reanswered("ALICEPHONE", ANSWER));
            case 12 -> asked(new LegCommand.Renegotiate());
            case 13 -> asked(new LegCommand.Offer(OFFER));
            case 14 -> asked(new LegCommand.Reanswer(ANSWER));
            case 15 -> asked(new LegCommand.Warn(Trouble.SILENT, true));
            default -> asked(new End(BUSY));
        }
    }
}
