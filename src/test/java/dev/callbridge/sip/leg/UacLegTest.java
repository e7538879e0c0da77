package dev.callbridge.sip.leg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand.Dial;
import dev.callbridge.call.LegCommand.End;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegStep;
import dev.callbridge.call.Parties;
import dev.callbridge.call.Sdp;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.sip.leg.UacArrival.Accepted;
import dev.callbridge.sip.leg.UacArrival.Challenged;
import dev.callbridge.sip.leg.UacArrival.NoSign;
import dev.callbridge.sip.leg.UacArrival.NotRecorded;
import dev.callbridge.sip.leg.UacArrival.Provisional;
import dev.callbridge.sip.leg.UacArrival.Recorded;
import dev.callbridge.sip.leg.UacArrival.Rejected;
import dev.callbridge.sip.leg.UacArrival.TimedOut;
import dev.callbridge.sip.leg.UacArrival.TrunkFull;
import dev.callbridge.sip.leg.UacArrival.Unreachable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class UacLegTest {

    static final MatrixUser ALICE = new MatrixUser("@alice:example.org");
    static final PhoneNumber BERLIN = new PhoneNumber("+4930901820");
    static final Sdp OFFER = new Sdp("v=0 offer");
    static final Sdp ANSWER = new Sdp("v=0 answer");
    static final Sdp PREVIEW = new Sdp("v=0 preview");
    static final CallEnd HANGUP = CallEnd.of(HangupCause.NORMAL);
    static final CallEnd NO_ANSWER = CallEnd.of(HangupCause.NO_ANSWER);
    static final Challenge CHALLENGE = new Challenge(false, "carrier", "n1", "MD5", List.of("auth"), "", false);
    static final Challenge STALE = new Challenge(false, "carrier", "n2", "MD5", List.of("auth"), "", true);

    UacLeg leg = new UacLeg(Collections.nCopies(2, EarlyMedia.ON_ANSWER));
    final List<UacMessage> sent = new ArrayList<>();
    final List<LegEvent> told = new ArrayList<>();
    UacState state = leg.start();

    @Test
    void writesDownWhatItIsGoingToDialAndSendsNothingBefore() {
        take(leg.asked(state, new Dial(Parties.of(ALICE, BERLIN), OFFER)));

        assertThat(sent)
                .containsExactly(
                        new UacMessage.Prepare(Parties.of(ALICE, BERLIN), OFFER),
                        new UacMessage.WriteDown(0, List.of(), Duration.ZERO));
    }

    @Test
    void endsWithoutACallWhenItCouldNotBeWrittenDown() {
        take(leg.asked(state, new Dial(Parties.of(ALICE, BERLIN), OFFER)));
        arrives(new NotRecorded(), new Recorded());

        assertThat(sent).noneMatch(UacMessage.Invite.class::isInstance);
        assertThat(told).containsExactly(ended(HangupCause.NOT_RECORDED));
    }

    @Test
    void doesNotWaitForTheJournalLongerThanASecond() {
        take(leg.asked(state, new Dial(Parties.of(ALICE, BERLIN), OFFER)));
        assertThat(leg.limit(state)).hasSeconds(1);

        take(leg.overdue(state));
        arrives(new Recorded());

        assertThat(sent).noneMatch(UacMessage.Invite.class::isInstance);
        assertThat(told).containsExactly(ended(HangupCause.NOT_RECORDED));
    }

    @Test
    void sendsNothingWhenTheCallGivesUpWhileItIsWrittenDown() {
        take(leg.asked(state, new Dial(Parties.of(ALICE, BERLIN), OFFER)));
        take(leg.asked(state, new End(HANGUP)));
        arrives(new Recorded());

        assertThat(sent).noneMatch(UacMessage.Invite.class::isInstance).endsWith(new UacMessage.Strike());
        assertThat(told).containsExactly(new LegEvent.Ended(HANGUP));
    }

    @Test
    void dialsRingsAndAnswers() {
        dial();
        arrives(new Provisional(100, "", null), new Provisional(180, "a", null), new Accepted("a", ANSWER));

        assertThat(sent).endsWith(new UacMessage.Invite(0), new UacMessage.Ack("a"));
        assertThat(told).containsExactly(new LegEvent.Ringing(), new LegEvent.Answered(ANSWER));
    }

    @Test
    void saysOnceThatItRings() {
        dial();
        arrives(new Provisional(180, "a", null), new Provisional(181, "b", null), new Provisional(183, "a", null));

        assertThat(told).containsExactly(new LegEvent.Ringing());
    }

    @Test
    void takesThePreviewOfTheSameDialogForAnAnswerThatHasNone() {
        dial();
        arrives(new Provisional(183, "a", PREVIEW), new Provisional(183, "b", OFFER), new Accepted("a", null));

        assertThat(told).containsExactly(new LegEvent.Answered(PREVIEW));
    }

    @Test
    void prefersTheAnswerToThePreview() {
        dial();
        arrives(new Provisional(183, "a", PREVIEW), new Accepted("a", ANSWER));

        assertThat(told).containsExactly(new LegEvent.Answered(ANSWER));
    }

    @Test
    void forgetsThePreviewOfADialogThatIsGone() {
        dial();
        arrives(new Provisional(183, "a", PREVIEW), new Provisional(199, "a", null), new Accepted("a", null));

        assertThat(told).isEmpty();
        assertThat(sent).endsWith(bye("a", new CallEnd(HangupCause.MEDIA_FAILED, "carrier-no-sdp")));
    }

    @Test
    void hangsUpAnAnswerWithoutAnyDescription() {
        dial();
        arrives(new Accepted("a", new Sdp(" ")), new DialogArrival.ByeDone("a"));

        assertThat(sent).contains(new UacMessage.Ack("a"));
        assertThat(told).containsExactly(new LegEvent.Ended(new CallEnd(HangupCause.MEDIA_FAILED, "carrier-no-sdp")));
    }

    @Test
    void acknowledgesARepeatedAnswerAgain() {
        dial();
        arrives(new Accepted("a", ANSWER), new Accepted("a", ANSWER));

        assertThat(sent).endsWith(new UacMessage.Ack("a"), new UacMessage.Ack("a"));
        assertThat(told).containsOnlyOnce(new LegEvent.Answered(ANSWER));
    }

    /// RFC 3261 §13.2.2.4: a forked INVITE can be answered twice.
    @Test
    void hangsUpASecondAnswerFromAnotherPhone() {
        dial();
        arrives(new Accepted("a", ANSWER), new Accepted("b", ANSWER), new DialogArrival.ByeDone("b"));

        assertThat(sent).endsWith(new UacMessage.Ack("b"), bye("b", CallEnd.of(HangupCause.ANSWERED_ELSEWHERE)));
        assertThat(told).containsExactly(new LegEvent.Answered(ANSWER));
    }

    @Test
    void endsWhenTheTelephoneHangsUp() {
        dial();
        arrives(new Accepted("a", ANSWER), new DialogArrival.Bye("b", HANGUP), new DialogArrival.Bye("a", HANGUP));

        assertThat(told).containsExactly(new LegEvent.Answered(ANSWER), new LegEvent.Ended(HANGUP));
    }

    /// RFC 3261 §9.1: no CANCEL before a provisional response.
    @Nested
    class WhenTheCallGivesUpBeforeAnySign {

        @BeforeEach
        void giveUp() {
            dial();
            take(leg.asked(state, new End(HANGUP)));
        }

        @Test
        void waitsForTheFirstProvisionalResponseWithItsCancel() {
            assertThat(sent).endsWith(new UacMessage.Invite(0));

            arrives(new Provisional(100, "", null), new Provisional(180, "a", null));

            assertThat(sent).endsWith(new UacMessage.Cancel(HANGUP)).containsOnlyOnce(new UacMessage.Cancel(HANGUP));
        }

        @Test
        void hangsUpAnAnswerThatComesFirst() {
            arrives(new Accepted("a", ANSWER), new DialogArrival.ByeDone("a"));

            assertThat(sent).endsWith(new UacMessage.Ack("a"), bye("a", HANGUP));
            assertThat(told).containsExactly(new LegEvent.Ended(HANGUP));
        }

        @Test
        void dialsNoOtherTrunkAndAnswersNoChallenge() {
            arrives(new NoSign(), new Challenged(401, List.of(CHALLENGE)), new Rejected(503, 0));

            assertThat(sent).endsWith(new UacMessage.Invite(0));
            assertThat(told).containsExactly(new LegEvent.Ended(HANGUP));
        }

        @Test
        void endsWhenNobodyEverAnswers() {
            arrives(new TimedOut());

            assertThat(told).containsExactly(new LegEvent.Ended(HANGUP));
        }
    }

    /// CANCEL and 200 can cross on the wire (RFC 3261 §9.1).
    @Nested
    class WhenTheCallGivesUpWhileItRings {

        @BeforeEach
        void giveUpWhileRinging() {
            dial();
            arrives(new Provisional(180, "a", null));
            take(leg.asked(state, new End(NO_ANSWER)));
        }

        @Test
        void endsOnceTheInviteIsTerminated() {
            arrives(new Provisional(180, "a", null), new Rejected(487, 0));

            assertThat(sent).endsWith(new UacMessage.Cancel(NO_ANSWER));
            assertThat(told).containsExactly(new LegEvent.Ringing(), new LegEvent.Ended(NO_ANSWER));
        }

        @Test
        void hangsUpAnAnswerThatCrossedTheCancel() {
            arrives(new Accepted("a", ANSWER));

            assertThat(sent).endsWith(new UacMessage.Ack("a"), bye("a", NO_ANSWER));
            assertThat(told).doesNotContain(new LegEvent.Answered(ANSWER));
        }

        @Test
        void doesNotWaitForEverForTheTrunkToConfirm() {
            take(leg.overdue(state));

            assertThat(told).endsWith(new LegEvent.Ended(NO_ANSWER));
        }

        @Test
        void stillHangsUpAnAnswerThatComesAfterTheEnd() {
            take(leg.overdue(state));
            arrives(new Accepted("a", ANSWER));

            assertThat(sent).endsWith(new UacMessage.Ack("a"), bye("a", CallEnd.of(HangupCause.ANSWERED_ELSEWHERE)));
            assertThat(told).containsExactly(new LegEvent.Ringing(), new LegEvent.Ended(NO_ANSWER));
        }
    }

    @Nested
    class WhenTheTrunkAsksForCredentials {

        @Test
        void answersOncePerRealm() {
            dial();
            arrives(new Challenged(401, List.of(CHALLENGE)));
            assertThat(sent).endsWith(new UacMessage.WriteDown(0, List.of(CHALLENGE), Duration.ZERO));

            arrives(new Recorded(), new Challenged(401, List.of(CHALLENGE)));

            assertThat(sent).endsWith(new UacMessage.WriteDown(1, List.of(), Duration.ZERO));
        }

        @Test
        void answersAgainWhenOnlyTheNonceWasTooOld() {
            dial();
            arrives(new Challenged(401, List.of(CHALLENGE)), new Recorded());
            arrives(new Challenged(401, List.of(STALE)), new Recorded());

            assertThat(sent)
                    .endsWith(new UacMessage.WriteDown(0, List.of(STALE), Duration.ZERO), new UacMessage.Invite(0));
        }

        @Test
        void doesNotLetItselfBeAskedForEver() {
            leg = new UacLeg(Collections.nCopies(1, EarlyMedia.ON_ANSWER));
            dial();
            for (int i = 0; i < 10; i++) {
                arrives(new Challenged(407, List.of(STALE)), new Recorded());
            }

            assertThat(told)
                    .containsExactly(new LegEvent.Ended(new CallEnd(HangupCause.TRUNK_LOGIN_REFUSED, "carrier-407")));
        }

        @Test
        void sendsNothingWhenTheCallGaveUpMeanwhile() {
            dial();
            arrives(new Challenged(401, List.of(CHALLENGE)));
            take(leg.asked(state, new End(HANGUP)));
            arrives(new Recorded());

            assertThat(sent).containsOnlyOnce(new UacMessage.Invite(0));
            assertThat(told).containsExactly(new LegEvent.Ended(HANGUP));
        }
    }

    @Nested
    class WhenTheTrunkFails {

        @Test
        void triesTheNextOneAndWritesThatDownToo() {
            dial();
            arrives(new Provisional(100, "", null), new Rejected(503, 0));
            assertThat(sent).endsWith(new UacMessage.WriteDown(1, List.of(), Duration.ZERO));

            arrives(new Recorded(), new Accepted("z", ANSWER));

            assertThat(sent).endsWith(new UacMessage.Invite(1), new UacMessage.Ack("z"));
        }

        @Test
        void triesTheNextOneWhenThereIsNoSignForSomeSeconds() {
            dial();
            arrives(new NoSign());

            assertThat(sent).endsWith(new UacMessage.WriteDown(1, List.of(), Duration.ZERO));
        }

        @Test
        void waitsForTheLastOne() {
            leg = new UacLeg(Collections.nCopies(1, EarlyMedia.ON_ANSWER));
            dial();
            arrives(new NoSign());
            assertThat(told).isEmpty();

            arrives(new TimedOut());
            assertThat(told)
                    .containsExactly(new LegEvent.Ended(new CallEnd(HangupCause.NETWORK_DOWN, "carrier-timeout")));
        }

        @Test
        void triesTheNextOneWhenItIsFullOrCantBeReached() {
            leg = new UacLeg(Collections.nCopies(3, EarlyMedia.ON_ANSWER));
            dial();
            arrives(new TrunkFull(), new Recorded(), new Unreachable(), new Recorded());

            assertThat(sent).endsWith(new UacMessage.Invite(2));
        }

        @Test
        void doesNotHearTheOneThatItLeft() {
            dial();
            arrives(new NoSign(), new Recorded());
            arrives(
                    from(0, new Provisional(180, "a", null)),
                    from(0, new Accepted("a", ANSWER)),
                    from(0, new Rejected(486, 0)));
            assertThat(told).isEmpty();
            assertThat(sent).endsWith(new UacMessage.Invite(1));

            take(leg.asked(state, new End(HANGUP)));
            arrives(from(0, new Provisional(180, "a", null)));
            assertThat(sent).endsWith(new UacMessage.Invite(1));

            arrives(from(1, new Provisional(180, "b", null)));
            assertThat(sent).endsWith(new UacMessage.Cancel(HANGUP));
        }

        private static UacArrival from(int target, UacArrival arrival) {
            return new UacArrival.From(target, arrival);
        }

        /// Trunk failover never starts once it rang: the same telephone would ring twice.
        @Test
        void triesNoOtherOnceItRang() {
            dial();
            arrives(new Provisional(183, "a", null), new Rejected(503, 0));

            assertThat(told).containsExactly(new LegEvent.Ended(new CallEnd(HangupCause.NETWORK_DOWN, "carrier-503")));
        }

        @Test
        void triesNoOtherWhenTheTelephoneItselfSaysNo() {
            dial();
            arrives(new Rejected(486, 0));

            assertThat(told).containsExactly(ended(HangupCause.BUSY));
        }
    }

    @Nested
    class WhenItHangsUp {

        @BeforeEach
        void hangUp() {
            dial();
            arrives(new Accepted("a", ANSWER));
            take(leg.asked(state, new End(HANGUP)));
        }

        @Test
        void endsOnceTheByeIsDone() {
            assertThat(sent).endsWith(bye("a", HANGUP));

            arrives(new DialogArrival.ByeDone("a"), new DialogArrival.ByeDone("a"));

            assertThat(told).endsWith(new LegEvent.Ended(HANGUP)).containsOnlyOnce(new LegEvent.Ended(HANGUP));
        }

        @Test
        void takesAByeThatCrossedOursForTheSame() {
            arrives(new DialogArrival.Bye("a", NO_ANSWER));

            assertThat(told).endsWith(new LegEvent.Ended(HANGUP));
        }

        @Test
        void answersOneChallengeToItsBye() {
            arrives(new DialogArrival.ByeChallenged("a", List.of(CHALLENGE)));
            assertThat(sent).endsWith(new DialogMessage.AuthenticateBye("a", HANGUP, List.of(CHALLENGE)));

            arrives(new DialogArrival.ByeChallenged("a", List.of(CHALLENGE)));
            assertThat(told).endsWith(new LegEvent.Ended(HANGUP));
        }

        @Test
        void doesNotWaitForEver() {
            take(leg.overdue(state));

            assertThat(told).endsWith(new LegEvent.Ended(HANGUP));
        }

        @Test
        void acknowledgesAnAnswerThatIsRepeatedMeanwhile() {
            arrives(new Accepted("a", ANSWER));

            assertThat(sent).endsWith(new UacMessage.Ack("a"));
        }
    }

    static LegEvent ended(HangupCause cause) {
        return new LegEvent.Ended(CallEnd.of(cause));
    }

    static UacMessage bye(String tag, CallEnd end) {
        return new DialogMessage.Bye(tag, end);
    }

    void dial() {
        take(leg.asked(state, new Dial(Parties.of(ALICE, BERLIN), OFFER)));
        arrives(new Recorded());
    }

    void arrives(UacArrival... arrivals) {
        for (UacArrival arrival : arrivals) {
            take(leg.arrived(state, arrival));
        }
    }

    void take(LegStep<UacState, UacMessage> step) {
        state = step.next();
        sent.addAll(step.messages());
        told.addAll(step.events());
    }
}
