package dev.callbridge.sip.leg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegCommand.Answer;
import dev.callbridge.call.LegCommand.End;
import dev.callbridge.call.LegCommand.Ring;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.Parties;
import dev.callbridge.call.Sdp;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.sip.leg.UasArrival.Ack;
import dev.callbridge.sip.leg.UasArrival.AckTimedOut;
import dev.callbridge.sip.leg.UasArrival.Cancel;
import dev.callbridge.sip.leg.UasArrival.Invite;
import dev.callbridge.sip.leg.UasArrival.RingsOn;
import dev.callbridge.testkit.LegTrial;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class UasLegTest extends LegTrial<UasState, UasArrival, UasMessage> {

    static final MatrixUser ALICE = new MatrixUser("@alice:example.org");
    static final PhoneNumber BERLIN = new PhoneNumber("+4930901820");
    static final Sdp OFFER = new Sdp("v=0 offer");
    static final Sdp ANSWER = new Sdp("v=0 answer");
    static final Invite INVITE = new Invite("a", BERLIN, ALICE, OFFER);
    static final CallEnd HANGUP = CallEnd.of(HangupCause.NORMAL);
    static final UasMessage BYE = new DialogMessage.Bye("a", HANGUP);

    UasLegTest() {
        super(new UasLeg(Duration.ZERO));
    }

    @Test
    void ringsOnceTheCallIsOffered() {
        arrives(INVITE);
        assertThat(sent).isEmpty();

        arrives(new RingsOn());

        assertThat(sent).containsExactly(new UasMessage.Ringing(false));
        assertThat(told).containsExactly(new LegEvent.Offered(Parties.of(BERLIN, ALICE), OFFER));
    }

    @Test
    void doesNotRingForACallThatIsRefusedAtOnce() {
        arrives(INVITE);
        asked(new End(CallEnd.of(HangupCause.UNKNOWN_NUMBER)));
        arrives(new RingsOn());

        assertThat(sent).containsExactly(new UasMessage.Refuse(CallEnd.of(HangupCause.UNKNOWN_NUMBER)));
    }

    @Test
    void saysEveryMinuteThatItStillRings() {
        arrives(INVITE, new RingsOn(), new RingsOn());
        assertThat(sent).hasSize(2).containsOnly(new UasMessage.Ringing(false));

        asked(new Answer(ANSWER));
        arrives(new RingsOn());

        assertThat(sent).endsWith(new UasMessage.Answer(ANSWER, null));
    }

    @Test
    void answersTalksAndEndsWhenTheCallerHangsUp() {
        arrives(INVITE, new RingsOn());
        asked(new Ring());
        asked(new Answer(ANSWER));
        arrives(new Ack(), new DialogArrival.Bye("a", HANGUP), new DialogArrival.Bye("a", HANGUP));

        assertThat(sent).containsExactly(new UasMessage.Ringing(false), new UasMessage.Answer(ANSWER, null));
        assertThat(told).endsWith(new LegEvent.Ended(HANGUP)).hasSize(2);
    }

    @Test
    void refusesWhatTheCallDoesNotTake() {
        arrives(INVITE);
        asked(new End(CallEnd.of(HangupCause.BUSY)));

        assertThat(sent).endsWith(new UasMessage.Refuse(CallEnd.of(HangupCause.BUSY)));
        assertThat(told).endsWith(new LegEvent.Ended(CallEnd.of(HangupCause.BUSY)));
    }

    @Test
    void endsWhenTheCallerGivesUp() {
        arrives(INVITE, new Cancel(false), new Cancel(false));

        assertThat(sent).endsWith(new UasMessage.Canceled()).containsOnlyOnce(new UasMessage.Canceled());
        assertThat(told).endsWith(new LegEvent.Ended(CallEnd.of(HangupCause.CANCELED)));
    }

    @Test
    void knowsThatAnotherPhoneTookTheCall() {
        arrives(INVITE, new Cancel(true));

        assertThat(told).endsWith(new LegEvent.Ended(CallEnd.of(HangupCause.ANSWERED_ELSEWHERE)));
    }

    @Test
    void takesAByeBeforeTheAnswerForACancel() {
        arrives(INVITE, new DialogArrival.Bye("a", HANGUP));

        assertThat(sent).endsWith(new UasMessage.Canceled());
    }

    @Test
    void doesNotRingForEver() {
        arrives(INVITE);
        overdue();

        assertThat(sent).endsWith(new UasMessage.Refuse(CallEnd.of(HangupCause.NO_ANSWER)));
    }

    /// RFC 3261 §13.3.1.4, §15.
    @Nested
    class WhileItWaitsForTheAck {

        @BeforeEach
        void answer() {
            arrives(INVITE);
            asked(new Answer(ANSWER));
        }

        @Test
        void ignoresACancelThatCrossedTheAnswer() {
            arrives(new Cancel(false), new Ack());
            asked(new End(HANGUP));

            assertThat(sent).endsWith(BYE).doesNotContain(new UasMessage.Canceled());
        }

        @Test
        void sendsNoByeBeforeTheAck() {
            asked(new End(HANGUP));
            assertThat(sent).endsWith(new UasMessage.Answer(ANSWER, null));

            arrives(new Ack());

            assertThat(sent).endsWith(BYE);
        }

        @Test
        void hangsUpWhenTheAckNeverComes() {
            arrives(new AckTimedOut(), new DialogArrival.ByeDone("a"));

            assertThat(sent)
                    .endsWith(new DialogMessage.Bye("a", new CallEnd(HangupCause.NETWORK_DOWN, "carrier-no-ack")));
            assertThat(told).endsWith(new LegEvent.Ended(new CallEnd(HangupCause.NETWORK_DOWN, "carrier-no-ack")));
        }

        @Test
        void hangsUpForTheCallsReasonWhenTheAckNeverComes() {
            asked(new End(HANGUP));
            overdue();

            assertThat(sent).endsWith(BYE);
        }

        @Test
        void takesAByeForTheAckThatGotLost() {
            arrives(new DialogArrival.Bye("a", HANGUP), new Ack());

            assertThat(told).endsWith(new LegEvent.Ended(HANGUP));
            assertThat(sent).endsWith(new UasMessage.Answer(ANSWER, null));
        }
    }

    /// RFC 3261 §13.2.1: an INVITE without an offer.
    @Nested
    class WhenTheOfferIsOurs {

        @BeforeEach
        void answer() {
            arrives(new Invite("a", BERLIN, ALICE, null));
            asked(new Answer(OFFER));
        }

        @Test
        void readsTheAnswerInTheAck() {
            assertThat(told).containsExactly(new LegEvent.Offered(Parties.of(BERLIN, ALICE), null));
            arrives(new Ack(ANSWER));

            assertThat(told).endsWith(new LegEvent.Reanswered(ANSWER));
        }

        @Test
        void hangsUpWhenTheAckHasNone() {
            arrives(new Ack());

            assertThat(sent).endsWith(new DialogMessage.Bye("a", ExchangeRules.NO_ANSWER_IN_ACK));
        }

        /// RFC 5407 §3.1.5.
        @Test
        void takesNoOfferBeforeTheAnswer() {
            arrives(new DialogArrival.Change("a", Method.INVITE, 2, OFFER, SessionTerms.NONE));

            assertThat(sent).endsWith(new DialogMessage.Refuse("a", 2, 491));
        }
    }

    /// RFC 5407 §3.1.4.
    @Test
    void takesANewOfferThoughTheAckGotLost() {
        arrives(INVITE);
        asked(new Answer(ANSWER));
        arrives(new DialogArrival.Change("a", Method.INVITE, 2, OFFER, SessionTerms.NONE));

        assertThat(told).endsWith(new LegEvent.Reoffered(OFFER));
    }

    /// RFC 3311 §5.2.
    @Test
    void takesNoOfferWhileItOwesAnAnswer() {
        arrives(INVITE, new DialogArrival.Change("a", Method.UPDATE, 2, OFFER, SessionTerms.NONE));

        assertThat(sent).endsWith(new DialogMessage.Refuse("a", 2, 500));
    }

    @Test
    void offersBehindTheAckWhatChangedBefore() {
        arrives(INVITE);
        asked(new Answer(ANSWER));
        asked(new LegCommand.Renegotiate());
        assertThat(told).doesNotContain(new LegEvent.OfferWanted());

        arrives(new Ack());

        assertThat(told).endsWith(new LegEvent.OfferWanted());
    }

    /// RFC 3262 §3.
    @Nested
    class WhenTheCallerInsistsOnReliability {

        @Test
        void ringsReliablyAndRefusesACallerThatDoesNotAcknowledge() {
            arrives(new Invite("a", BERLIN, ALICE, OFFER, true, SessionTerms.NONE), new RingsOn());
            assertThat(sent).containsExactly(new UasMessage.Ringing(true));

            arrives(new UasArrival.PrackTimedOut());

            assertThat(sent).endsWith(new UasMessage.Refuse(new CallEnd(HangupCause.NETWORK_DOWN, "carrier-no-prack")));
        }

        /// RFC 3262 §5: the response would have to bring an offer.
        @Test
        void doesNotRingWithoutAnOffer() {
            arrives(new Invite("a", BERLIN, ALICE, null, true, SessionTerms.NONE), new RingsOn());

            assertThat(sent).isEmpty();
        }
    }

    /// RFC 4028 §9.
    @Nested
    class WithASessionTimer {

        static final Duration HALF_HOUR = Duration.ofMinutes(30);

        void talk(Duration ours, SessionTerms terms) {
            leg = new UasLeg(ours);
            arrives(new Invite("a", BERLIN, ALICE, OFFER, false, terms));
            asked(new Answer(ANSWER));
        }

        SessionInterval answered() {
            for (UasMessage message : sent) {
                if (message instanceof UasMessage.Answer(var _, var interval) && interval != null) {
                    return interval;
                }
            }
            throw new AssertionError("no timer");
        }

        @Test
        void letsTheCallerRefreshThatWantsTo() {
            var wish = new SessionInterval(Duration.ofMinutes(20), SessionInterval.Refresher.UAC);
            talk(HALF_HOUR, new SessionTerms(true, true, wish));

            assertThat(answered()).isEqualTo(wish);
        }

        @Test
        void refreshesForACallerThatCant() {
            talk(HALF_HOUR, SessionTerms.NONE);

            assertThat(answered()).isEqualTo(new SessionInterval(HALF_HOUR, SessionInterval.Refresher.UAS));
            assertThat(sent).contains(new DialogMessage.Wake("a", Alarm.REFRESH, Duration.ofMinutes(15), 1));
        }

        @Test
        void asksForNoneByItself() {
            talk(Duration.ZERO, SessionTerms.NONE);

            assertThat(sent).endsWith(new UasMessage.Answer(ANSWER, null));
        }
    }

    @Test
    void answersOneChallengeToItsBye() {
        arrives(INVITE);
        asked(new Answer(ANSWER));
        arrives(new Ack());
        asked(new End(HANGUP));
        arrives(new DialogArrival.ByeChallenged("a", List.of(UacTrial.CHALLENGE)));
        assertThat(sent).endsWith(new DialogMessage.AuthenticateBye("a", HANGUP, List.of(UacTrial.CHALLENGE)));

        arrives(new DialogArrival.ByeChallenged("a", List.of(UacTrial.CHALLENGE)));
        assertThat(told).endsWith(new LegEvent.Ended(HANGUP));
    }
}
