package dev.callbridge.sip.leg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand.End;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.Parties;
import dev.callbridge.call.Sdp;
import dev.callbridge.sip.leg.UacArrival.Accepted;
import dev.callbridge.sip.leg.UacArrival.NotRecorded;
import dev.callbridge.sip.leg.UacArrival.Provisional;
import dev.callbridge.sip.leg.UacArrival.Recorded;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class UacLegTest extends UacTrial {

    UacLegTest() {
        super(Collections.nCopies(2, EarlyMedia.ON_ANSWER));
    }

    @Test
    void writesDownWhatItIsGoingToDialAndSendsNothingBefore() {
        ask();

        assertThat(sent)
                .containsExactly(
                        new UacMessage.Prepare(Parties.of(ALICE, BERLIN), OFFER),
                        new UacMessage.WriteDown(0, List.of(), Duration.ZERO));
    }

    @Test
    void endsWithoutACallWhenItCouldNotBeWrittenDown() {
        ask();
        arrives(new NotRecorded(), new Recorded());

        assertThat(sent).noneMatch(UacMessage.Invite.class::isInstance);
        assertThat(told).containsExactly(ended(HangupCause.NOT_RECORDED));
    }

    @Test
    void doesNotWaitForTheJournalLongerThanASecond() {
        ask();
        assertThat(leg.limit(state)).hasSeconds(1);

        overdue();
        arrives(new Recorded());

        assertThat(sent).noneMatch(UacMessage.Invite.class::isInstance);
        assertThat(told).containsExactly(ended(HangupCause.NOT_RECORDED));
    }

    @Test
    void sendsNothingWhenTheCallGivesUpWhileItIsWrittenDown() {
        ask();
        asked(new End(HANGUP));
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

    @Nested
    class WhenItHangsUp {

        @BeforeEach
        void hangUp() {
            dial();
            arrives(new Accepted("a", ANSWER));
            asked(new End(HANGUP));
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
            overdue();

            assertThat(told).endsWith(new LegEvent.Ended(HANGUP));
        }

        @Test
        void acknowledgesAnAnswerThatIsRepeatedMeanwhile() {
            arrives(new Accepted("a", ANSWER));

            assertThat(sent).endsWith(new UacMessage.Ack("a"));
        }
    }
}
