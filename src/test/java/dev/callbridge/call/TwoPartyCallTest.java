package dev.callbridge.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallInput.Expired;
import dev.callbridge.call.CallInput.Overdue;
import dev.callbridge.call.CallInput.Stop;
import dev.callbridge.call.CallOutput.Close;
import dev.callbridge.call.CallOutput.ToLeg;
import dev.callbridge.call.CallOutput.ToMedia;
import dev.callbridge.call.CallVerdict.Side;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TwoPartyCallTest extends TwoPartyCallBench {

    @Test
    void takesSocketsBeforeItCallsAnybody() {
        caller(new LegEvent.Offered(Parties.of(ALICE, BERLIN), OFFER));

        assertThat(outputs).containsExactly(new ToMedia(new MediaCommand.Prepare(CALLER, OFFER, CALLEE)));
    }

    @Test
    void dialsWithOurOffer() {
        alert();

        assertThat(outputs)
                .containsExactly(new ToLeg(CALLEE, new LegCommand.Dial(Parties.of(ALICE, BERLIN), OUR_OFFER)));
    }

    @Test
    void passesRingingOn() {
        alert();
        callee(new LegEvent.Ringing());

        assertThat(outputs).containsExactly(new ToLeg(CALLER, new LegCommand.Ring()));
    }

    @Test
    void hasMediaMoveWithTheCallee() {
        alert();
        callee(new LegEvent.Moved(1));
        assertThat(outputs).containsExactly(new ToMedia(new MediaCommand.Move(CALLEE, 1)));

        media(new MediaEvent.Described(CALLEE, OUR_OFFER));
        assertThat(outputs).containsExactly(new ToLeg(CALLEE, new LegCommand.Offer(OUR_OFFER)));
    }

    @Test
    void aTelephoneMayChangeItsAnswerBeforeItPicksUp() {
        alert();
        callee(new LegEvent.Reoffered(OFFER));
        assertThat(outputs).containsExactly(new ToMedia(new MediaCommand.Revise(CALLEE, OFFER)));

        media(new MediaEvent.Revised(CALLEE, OUR_ANSWER));
        assertThat(outputs).containsExactly(new ToLeg(CALLEE, new LegCommand.Reanswer(OUR_ANSWER)));
    }

    @Test
    void letsMediaKnowOfCandidatesFromTheBeginningOn() {
        var candidates = new Candidates(List.of("candidate:1 1 udp 1 192.0.2.1 9 typ host"));
        var toMedia = new ToMedia(new MediaCommand.Trickle(CALLER, candidates));
        caller(new LegEvent.Offered(Parties.of(ALICE, BERLIN), OFFER));

        caller(new LegEvent.Trickled(candidates));
        assertThat(outputs).containsExactly(toMedia);

        media(new MediaEvent.Prepared(CALLEE, OUR_OFFER));
        caller(new LegEvent.Trickled(candidates));
        assertThat(outputs).containsExactly(toMedia);

        caller(new LegEvent.Ended(CallEnd.of(HangupCause.CANCELED)));
        caller(new LegEvent.Trickled(candidates));
        assertThat(outputs).isEmpty();
    }

    @Test
    void answersAMatrixCallerAtOnce() {
        alert();
        callee(new LegEvent.Answered(ANSWER));
        assertThat(outputs).containsExactly(new ToMedia(new MediaCommand.Match(CALLEE, ANSWER, CALLER, false, false)));

        media(new MediaEvent.Matched(CALLER, OUR_ANSWER));
        assertThat(outputs).containsExactly(new ToLeg(CALLER, new LegCommand.Answer(OUR_ANSWER)));
    }

    @Test
    void letsATelephoneCallerWaitUntilPacketsPass() {
        call = call(AnswerPolicy.WHEN_MEDIA_FLOWS);
        alert();
        callee(new LegEvent.Answered(ANSWER));
        media(new MediaEvent.Matched(CALLER, OUR_ANSWER));
        assertThat(outputs).isEmpty();

        media(new MediaEvent.Flowing());
        assertThat(outputs)
                .containsExactly(new ToLeg(CALLER, new LegCommand.Answer(OUR_ANSWER)), new CallOutput.Connected());
    }

    @Nested
    class WhenTheCallerGivesUpWhileItRings {

        @BeforeEach
        void giveUp() {
            alert();
            caller(new LegEvent.Ended(CallEnd.of(HangupCause.CANCELED)));
        }

        @Test
        void endsTheCalleesLegAndGivesMediaBack() {
            assertThat(outputs).containsExactly(end(CALLEE, HangupCause.CANCELED), RELEASE);
        }

        @Test
        void closesOnceTheCalleesLegIsGone() {
            callee(new LegEvent.Ended(CallEnd.of(HangupCause.NORMAL)));

            assertThat(outputs)
                    .containsExactly(new Close(new CallVerdict(CallEnd.of(HangupCause.CANCELED), Side.CALLER)));
            assertThat(call.over(state)).isTrue();
        }

        @Test
        void closesAllTheSameIfTheLegNeverSaysSo() {
            take(new Overdue());

            assertThat(call.over(state)).isTrue();
        }

        @Test
        void ignoresAnAnswerThatCrossed() {
            callee(new LegEvent.Answered(ANSWER));

            assertThat(outputs).isEmpty();
        }
    }

    @Nested
    class WhileBothTalk {

        @BeforeEach
        void start() {
            talk();
        }

        @Test
        void endsTheOtherLegWhenOneHangsUp() {
            callee(new LegEvent.Ended(CallEnd.of(HangupCause.NORMAL)));

            assertThat(outputs).containsExactly(end(CALLER, HangupCause.NORMAL), RELEASE);
        }

        @Test
        void takesAClosedTransportForAHangup() {
            media(new MediaEvent.Closed(CALLER));

            assertThat(outputs)
                    .containsExactly(end(CALLER, HangupCause.NORMAL), end(CALLEE, HangupCause.NORMAL), RELEASE);
        }

        @Test
        void endsBothWhenConsentIsLost() {
            media(new MediaEvent.Failed(CALLER, HangupCause.MEDIA_LOST));

            assertThat(outputs)
                    .containsExactly(end(CALLER, HangupCause.MEDIA_LOST), end(CALLEE, HangupCause.MEDIA_LOST), RELEASE);
        }

        @Test
        void endsAtTheLongestAllowedLength() {
            take(new Expired(CallLimit.LENGTH));

            assertThat(outputs).contains(end(CALLER, HangupCause.TIME_LIMIT), end(CALLEE, HangupCause.TIME_LIMIT));
        }

        @Test
        void goesOnWhenTheRingLimitPasses() {
            take(new Expired(CallLimit.RING));

            assertThat(outputs).isEmpty();
        }

        @Test
        void endsBothWhenTheBridgeStops() {
            take(new Stop(CallEnd.of(HangupCause.SHUTTING_DOWN)));

            assertThat(outputs)
                    .contains(end(CALLER, HangupCause.SHUTTING_DOWN), end(CALLEE, HangupCause.SHUTTING_DOWN));
        }
    }

    @Test
    void givesUpWhenNobodyAnswersInTime() {
        alert();
        take(new Expired(CallLimit.RING));

        assertThat(outputs)
                .containsExactly(end(CALLER, HangupCause.NO_ANSWER), end(CALLEE, HangupCause.NO_ANSWER), RELEASE);
    }

    @Test
    void refusesWhenTheTwoHaveNoCodecInCommon() {
        caller(new LegEvent.Offered(Parties.of(ALICE, BERLIN), OFFER));
        media(new MediaEvent.Failed(CALLER, HangupCause.NO_COMMON_CODEC));

        assertThat(outputs).containsExactly(end(CALLER, HangupCause.NO_COMMON_CODEC), RELEASE);
    }

    @Test
    void hangsUpWhenNoPacketComesThroughAfterTheAnswer() {
        alert();
        callee(new LegEvent.Answered(ANSWER));
        media(new MediaEvent.Matched(CALLER, OUR_ANSWER));
        take(new Overdue());

        assertThat(outputs)
                .containsExactly(end(CALLER, HangupCause.MEDIA_FAILED), end(CALLEE, HangupCause.MEDIA_FAILED), RELEASE);
    }

    @Test
    void blamesTheBridgeForWhatIsItsDoing() {
        alert();
        callee(new LegEvent.Ended(CallEnd.of(HangupCause.NOT_RECORDED)));
        caller(new LegEvent.Ended(CallEnd.of(HangupCause.NOT_RECORDED)));

        assertThat(outputs)
                .containsExactly(new Close(new CallVerdict(CallEnd.of(HangupCause.NOT_RECORDED), Side.BRIDGE)));
    }

    @ParameterizedTest
    @EnumSource(HangupCause.class)
    void keepsTheFirstCause(HangupCause cause) {
        alert();
        callee(new LegEvent.Ended(CallEnd.of(cause)));
        caller(new LegEvent.Ended(CallEnd.of(HangupCause.FAILED)));

        assertThat(outputs)
                .hasSize(1)
                .first()
                .isInstanceOfSatisfying(
                        Close.class, close -> assertThat(close.verdict().end()).isEqualTo(CallEnd.of(cause)));
    }
}
