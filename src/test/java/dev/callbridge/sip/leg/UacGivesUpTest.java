package dev.callbridge.sip.leg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand.End;
import dev.callbridge.call.LegEvent;
import dev.callbridge.sip.leg.UacArrival.Accepted;
import dev.callbridge.sip.leg.UacArrival.Challenged;
import dev.callbridge.sip.leg.UacArrival.NoSign;
import dev.callbridge.sip.leg.UacArrival.Provisional;
import dev.callbridge.sip.leg.UacArrival.Rejected;
import dev.callbridge.sip.leg.UacArrival.TimedOut;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The call ends before the telephone is answered.
class UacGivesUpTest extends UacTrial {

    UacGivesUpTest() {
        super(Collections.nCopies(2, EarlyMedia.ON_ANSWER));
    }

    /// RFC 3261 §9.1: no CANCEL before a provisional response.
    @Nested
    class WhenTheCallGivesUpBeforeAnySign {

        @BeforeEach
        void giveUp() {
            dial();
            asked(new End(HANGUP));
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
            asked(new End(NO_ANSWER));
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
            overdue();

            assertThat(told).endsWith(new LegEvent.Ended(NO_ANSWER));
        }

        @Test
        void stillHangsUpAnAnswerThatComesAfterTheEnd() {
            overdue();
            arrives(new Accepted("a", ANSWER));

            assertThat(sent).endsWith(new UacMessage.Ack("a"), bye("a", CallEnd.of(HangupCause.ANSWERED_ELSEWHERE)));
            assertThat(told).containsExactly(new LegEvent.Ringing(), new LegEvent.Ended(NO_ANSWER));
        }
    }
}
