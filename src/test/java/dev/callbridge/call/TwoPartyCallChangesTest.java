package dev.callbridge.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallInput.Expired;
import dev.callbridge.call.CallOutput.ToLeg;
import dev.callbridge.call.CallOutput.ToMedia;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TwoPartyCallChangesTest extends TwoPartyCallBench {

    @Nested
    class WhenOneSideChangesWhatWasAgreedOn {

        @BeforeEach
        void start() {
            talk();
        }

        @Test
        void answersByItself() {
            callee(new LegEvent.Reoffered(OFFER));
            assertThat(outputs).containsExactly(new ToMedia(new MediaCommand.Revise(CALLEE, OFFER)));

            media(new MediaEvent.Revised(CALLEE, OUR_ANSWER));
            assertThat(outputs).containsExactly(new ToLeg(CALLEE, new LegCommand.Reanswer(OUR_ANSWER)));
        }

        @Test
        void declinesWhatMediaCantTake() {
            media(new MediaEvent.NotRevised(CALLEE));

            assertThat(outputs).containsExactly(new ToLeg(CALLEE, new LegCommand.Decline()));
        }

        @Test
        void tellsTheOtherSideWhatItHasToKnow() {
            media(new MediaEvent.Outdated(CALLER));
            assertThat(outputs).containsExactly(new ToLeg(CALLER, new LegCommand.Renegotiate()));

            caller(new LegEvent.OfferWanted());
            assertThat(outputs).containsExactly(new ToMedia(new MediaCommand.Describe(CALLER)));

            media(new MediaEvent.Described(CALLER, OUR_OFFER));
            assertThat(outputs).containsExactly(new ToLeg(CALLER, new LegCommand.Offer(OUR_OFFER)));

            caller(new LegEvent.Reanswered(ANSWER));
            assertThat(outputs).containsExactly(new ToMedia(new MediaCommand.Conclude(CALLER, ANSWER)));
        }

        @Test
        void goesBackWhenOurOfferFails() {
            caller(new LegEvent.OfferFailed());

            assertThat(outputs).containsExactly(new ToMedia(new MediaCommand.Revert(CALLER)));
        }

        @Test
        void passesOnWhoTheOtherIs() {
            callee(new LegEvent.Identified(Identity.of(BERLIN)));

            assertThat(outputs).containsExactly(new ToLeg(CALLER, new LegCommand.Identify(Identity.of(BERLIN))));
        }

        @Test
        void passesKeysOnBetweenSignalingAndSound() {
            Digit five = new Digit('5');
            Duration length = Duration.ofMillis(160);

            callee(new LegEvent.Pressed(five, length));
            assertThat(outputs).containsExactly(new ToMedia(new MediaCommand.Press(CALLER, five, length)));

            media(new MediaEvent.Pressed(CALLER, five, length));
            assertThat(outputs).containsExactly(new ToLeg(CALLEE, new LegCommand.Press(five, length)));
        }

        @Test
        void warnsBothWhenOneIsNotHeard() {
            media(new MediaEvent.Disturbed(CALLER, Trouble.NEVER_HEARD));

            assertThat(outputs)
                    .containsExactly(
                            new CallOutput.Disturbance(CALLER, Trouble.NEVER_HEARD, true),
                            new ToLeg(CALLER, new LegCommand.Warn(Trouble.NEVER_HEARD, true)),
                            new ToLeg(CALLEE, new LegCommand.Warn(Trouble.NEVER_HEARD, false)));
        }
    }

    @Test
    void declinesAChangeBeforeThereIsAnythingToChange() {
        alert();
        caller(new LegEvent.Reoffered(OFFER));

        assertThat(outputs).containsExactly(new ToLeg(CALLER, new LegCommand.Decline()));
    }

    @Test
    void tellsATelephoneCallerOfAHoldThatOvertookTheAnswer() {
        call = call(AnswerPolicy.WHEN_MEDIA_FLOWS);
        alert();
        callee(new LegEvent.Answered(ANSWER));
        media(new MediaEvent.Matched(CALLER, OUR_ANSWER));
        media(new MediaEvent.Outdated(CALLER));
        media(new MediaEvent.Flowing());

        assertThat(outputs)
                .containsExactly(
                        new ToLeg(CALLER, new LegCommand.Answer(OUR_ANSWER)),
                        new CallOutput.Connected(),
                        new ToLeg(CALLER, new LegCommand.Renegotiate()));
    }

    @Nested
    class WhenSomethingIsHeardBeforeTheAnswer {

        static final Sdp PREVIEW = new Sdp("preview");

        void progress(boolean sure) {
            alert();
            callee(new LegEvent.Progressed(PREVIEW, sure, false));
        }

        void hear() {
            progress(true);
            media(new MediaEvent.Matched(CALLER, OUR_ANSWER));
        }

        @Test
        void letsTheCallerHearWhatIsMeantToBeHeardAndNotSpeak() {
            progress(true);
            assertThat(outputs)
                    .containsExactly(new ToMedia(new MediaCommand.Match(CALLEE, PREVIEW, CALLER, true, true)));

            media(new MediaEvent.Matched(CALLER, OUR_ANSWER));
            assertThat(outputs).containsExactly(new ToLeg(CALLER, new LegCommand.Answer(OUR_ANSWER)));
        }

        @Test
        void listensFirstWhereNobodyIsSure() {
            progress(false);
            assertThat(outputs).containsExactly(new ToMedia(new MediaCommand.Preview(CALLEE, PREVIEW)));

            media(new MediaEvent.Audible(CALLEE));
            assertThat(outputs)
                    .containsExactly(new ToMedia(new MediaCommand.Match(CALLEE, PREVIEW, CALLER, true, true)));
        }

        @Test
        void forgetsWhatItListenedToOnceItRings() {
            progress(false);
            callee(new LegEvent.Ringing());
            media(new MediaEvent.Audible(CALLEE));

            assertThat(outputs).isEmpty();
        }

        @Test
        void opensTheGateWithTheAnswer() {
            hear();
            media(new MediaEvent.Flowing());
            callee(new LegEvent.Answered(ANSWER));

            assertThat(outputs)
                    .containsExactly(
                            new ToMedia(new MediaCommand.Conclude(CALLEE, ANSWER)), new CallOutput.Connected());
        }

        @Test
        void takesAnAnswerThatComesWhileOursIsWorkedOut() {
            progress(true);
            callee(new LegEvent.Answered(ANSWER));
            media(new MediaEvent.Matched(CALLER, OUR_ANSWER));

            assertThat(outputs)
                    .containsExactly(
                            new ToLeg(CALLER, new LegCommand.Answer(OUR_ANSWER)),
                            new ToMedia(new MediaCommand.Conclude(CALLEE, ANSWER)));
        }

        @Test
        void stillGivesUpWhenNobodyAnswers() {
            hear();
            take(new Expired(CallLimit.RING));

            assertThat(outputs).contains(end(CALLER, HangupCause.NO_ANSWER), end(CALLEE, HangupCause.NO_ANSWER));
        }

        @Test
        void neverAnswersATelephoneEarly() {
            call = call(AnswerPolicy.WHEN_MEDIA_FLOWS);
            progress(true);

            assertThat(outputs).isEmpty();
        }
    }
}
