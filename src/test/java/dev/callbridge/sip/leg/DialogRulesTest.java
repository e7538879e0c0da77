package dev.callbridge.sip.leg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.Digit;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegStep;
import dev.callbridge.call.Sdp;
import dev.callbridge.sip.leg.DialogArrival.Acknowledged;
import dev.callbridge.sip.leg.DialogArrival.Change;
import dev.callbridge.sip.leg.DialogArrival.ChangeChallenged;
import dev.callbridge.sip.leg.DialogArrival.Changed;
import dev.callbridge.sip.leg.DialogArrival.NotChanged;
import dev.callbridge.sip.leg.DialogArrival.Woken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DialogRulesTest {

    static final Sdp OFFER = new Sdp("v=0 offer");
    static final Sdp ANSWER = new Sdp("v=0 answer");
    static final CallEnd HANGUP = CallEnd.of(HangupCause.NORMAL);
    static final LegEvent WANTED = new LegEvent.OfferWanted();
    static final LegEvent FAILED = new LegEvent.OfferFailed();

    final List<DialogMessage> sent = new ArrayList<>();
    final List<LegEvent> told = new ArrayList<>();
    DialogState state = new DialogState.Confirmed(Session.of("a", SessionTerms.NONE));

    static Change change(Method method, long number, @Nullable Sdp offer) {
        return new Change("a", method, number, offer, SessionTerms.NONE);
    }

    static Changed changed(@Nullable Sdp answer) {
        return new Changed("a", Method.INVITE, answer, SessionTerms.NONE);
    }

    static NotChanged notChanged(int status) {
        return new NotChanged("a", Method.INVITE, status, null, Duration.ZERO);
    }

    static DialogMessage accept(long number, @Nullable Sdp body) {
        return new DialogMessage.Accept("a", number, body, null);
    }

    static DialogMessage refuse(long number, int status) {
        return new DialogMessage.Refuse("a", number, status);
    }

    static DialogMessage reinvite(Sdp offer) {
        return new DialogMessage.Reinvite("a", offer, null);
    }

    @Nested
    class WhenThePeerOffers {

        @ParameterizedTest
        @EnumSource(Method.class)
        void asksTheCallAndAnswers(Method method) {
            arrives(change(method, 2, OFFER));
            assertThat(told).containsExactly(new LegEvent.Reoffered(OFFER));

            asked(new LegCommand.Reanswer(ANSWER));

            assertThat(sent).containsExactly(accept(2, ANSWER));
        }

        @ParameterizedTest
        @EnumSource(Method.class)
        void refusesWhatCantBeAnsweredAndKeepsTheSession(Method method) {
            arrives(change(method, 2, OFFER));
            asked(new LegCommand.Decline());

            assertThat(sent).containsExactly(refuse(2, 488));
            assertThat(state).isInstanceOf(DialogState.Confirmed.class);
        }

        @Test
        void takesAnotherOneOnlyAfterwards() {
            arrives(change(Method.INVITE, 2, OFFER), change(Method.UPDATE, 3, OFFER));
            assertThat(sent).containsExactly(refuse(3, 500));

            asked(new LegCommand.Reanswer(ANSWER));
            arrives(new Acknowledged("a", 2, null), change(Method.INVITE, 4, OFFER));

            assertThat(told).containsExactly(new LegEvent.Reoffered(OFFER), new LegEvent.Reoffered(OFFER));
        }

        /// RFC 5407 §3.1.4.
        @Test
        void takesAnotherOneThoughTheAckGotLost() {
            arrives(change(Method.INVITE, 2, OFFER));
            asked(new LegCommand.Reanswer(ANSWER));
            arrives(change(Method.INVITE, 3, OFFER));

            assertThat(told).hasSize(2);
        }

        @Test
        void hangsUpWhenNobodyAcknowledges() {
            arrives(change(Method.INVITE, 2, OFFER));
            asked(new LegCommand.Reanswer(ANSWER));
            arrives(new DialogArrival.NeverAcknowledged("a"));

            assertThat(sent).endsWith(new DialogMessage.Bye("a", DialogRules.NO_ACK));
        }

        @Test
        void doesNotLetThePeerWaitForEver() {
            arrives(change(Method.INVITE, 2, OFFER));
            overdue();

            assertThat(sent).containsExactly(refuse(2, 500));
            assertThat(state).isInstanceOf(DialogState.Confirmed.class);
        }

        /// RFC 3261 §15.1.2, RFC 5407 §3.2.2.
        @Test
        void answersItBeforeTheDialogGoes() {
            arrives(change(Method.INVITE, 2, OFFER));
            asked(new LegCommand.End(HANGUP));
            assertThat(sent).containsExactly(refuse(2, 487), new DialogMessage.Bye("a", HANGUP));

            arrives(change(Method.INVITE, 3, OFFER));
            assertThat(sent).endsWith(refuse(3, 481));
        }

        @Test
        void answersItAlsoWhenThePeerHangsUp() {
            arrives(change(Method.INVITE, 2, OFFER), new DialogArrival.Bye("a", HANGUP));

            assertThat(sent).containsExactly(refuse(2, 487));
            assertThat(told).endsWith(new LegEvent.Ended(HANGUP));
        }

        @Test
        void knowsNothingOfOtherDialogs() {
            arrives(new Change("b", Method.INVITE, 2, OFFER, SessionTerms.NONE));

            assertThat(sent).containsExactly(new DialogMessage.Refuse("b", 2, 481));
        }
    }

    @Nested
    class WhenThePeerWantsOurOffer {

        @BeforeEach
        void askWithoutAnOffer() {
            arrives(change(Method.INVITE, 2, null));
        }

        @Test
        void offersInThe200AndReadsTheAnswerInTheAck() {
            assertThat(told).containsExactly(WANTED);
            asked(new LegCommand.Offer(OFFER));
            assertThat(sent).containsExactly(accept(2, OFFER));

            arrives(new Acknowledged("a", 2, ANSWER));

            assertThat(told).containsExactly(WANTED, new LegEvent.Reanswered(ANSWER));
        }

        @Test
        void hangsUpWhenTheAckHasNoAnswer() {
            asked(new LegCommand.Offer(OFFER));
            arrives(new Acknowledged("a", 2, null));

            assertThat(sent).endsWith(new DialogMessage.Bye("a", ExchangeRules.NO_ANSWER_IN_ACK));
        }

        /// RFC 5407 §3.1.5: the answer was in the ACK that got lost.
        @Test
        void takesNoOfferBeforeTheAnswer() {
            asked(new LegCommand.Offer(OFFER));
            arrives(change(Method.INVITE, 3, OFFER));

            assertThat(sent).endsWith(refuse(3, 491));
        }

        @Test
        void refusesWhenThereIsNothingToOffer() {
            asked(new LegCommand.Decline());

            assertThat(sent).containsExactly(refuse(2, 488));
        }

        @Test
        void takesNothingElseMeanwhile() {
            arrives(change(Method.INVITE, 3, OFFER));

            assertThat(sent).containsExactly(refuse(3, 500));
        }
    }

    @Test
    void takesAnUpdateWithoutAnOfferAtAnyTime() {
        arrives(change(Method.INVITE, 2, OFFER), change(Method.UPDATE, 3, null));

        assertThat(sent).containsExactly(accept(3, null));
        assertThat(told).containsExactly(new LegEvent.Reoffered(OFFER));
    }

    @Nested
    class WhenWeOffer {

        @BeforeEach
        void renegotiate() {
            asked(new LegCommand.Renegotiate());
        }

        void offer() {
            asked(new LegCommand.Offer(OFFER));
        }

        @Test
        void wantsTheOfferSendsItAndAcknowledgesTheAnswer() {
            assertThat(told).containsExactly(WANTED);
            offer();
            arrives(changed(ANSWER));

            assertThat(sent).containsExactly(reinvite(OFFER), new DialogMessage.AckReinvite("a"));
            assertThat(told).containsExactly(WANTED, new LegEvent.Reanswered(ANSWER));
        }

        @Test
        void acknowledgesARepeatedAnswerAgain() {
            offer();
            arrives(changed(ANSWER), changed(ANSWER));

            assertThat(sent)
                    .containsExactly(
                            reinvite(OFFER), new DialogMessage.AckReinvite("a"), new DialogMessage.AckReinvite("a"));
            assertThat(told).hasSize(2);
        }

        @Test
        void sendsNothingWhenThereIsNothingToOffer() {
            asked(new LegCommand.Decline());

            assertThat(sent).isEmpty();
            assertThat(state).isInstanceOf(DialogState.Confirmed.class);
        }

        @ParameterizedTest
        @ValueSource(ints = {400, 415, 488, 500, 603})
        void keepsTheSessionWhenThePeerRefuses(int status) {
            offer();
            arrives(notChanged(status));

            assertThat(told).containsExactly(WANTED, FAILED);
            assertThat(sent).containsExactly(reinvite(OFFER));
        }

        @ParameterizedTest
        @ValueSource(ints = {408, 481})
        void hangsUpWhenThePeerIsGone(int status) {
            offer();
            arrives(notChanged(status));

            assertThat(sent)
                    .endsWith(new DialogMessage.Bye("a", new CallEnd(HangupCause.NETWORK_DOWN, "carrier-" + status)));
        }

        /// RFC 3261 §14.1.
        @Test
        void triesAgainWhenBothOfferedAtOnce() {
            offer();
            arrives(change(Method.INVITE, 2, OFFER), notChanged(491));
            assertThat(sent)
                    .containsExactly(reinvite(OFFER), refuse(2, 491), new DialogMessage.BackOff("a", Duration.ZERO));
            assertThat(told).containsExactly(WANTED, FAILED);

            arrives(new Woken("a", Alarm.BACK_OFF, 0));

            assertThat(told).containsExactly(WANTED, FAILED, WANTED);
        }

        @Test
        void takesThePeersOfferWhileItBacksOff() {
            offer();
            arrives(notChanged(491), change(Method.INVITE, 2, OFFER), new Woken("a", Alarm.BACK_OFF, 0));
            assertThat(told).endsWith(new LegEvent.Reoffered(OFFER));

            asked(new LegCommand.Reanswer(ANSWER));
            assertThat(told).doesNotContainSequence(new LegEvent.Reoffered(OFFER), WANTED);
            arrives(new Acknowledged("a", 2, null));

            assertThat(told).endsWith(WANTED);
        }

        @Test
        void triesAgainWhenThePeerSaysWhen() {
            offer();
            arrives(new NotChanged("a", Method.INVITE, 500, Duration.ofSeconds(3), Duration.ZERO));

            assertThat(sent).endsWith(new DialogMessage.BackOff("a", Duration.ofSeconds(3)));
        }

        /// Otherwise the session would run out meanwhile.
        @Test
        void doesNotWaitForEver() {
            offer();
            arrives(new NotChanged("a", Method.INVITE, 503, Duration.ofHours(1), Duration.ZERO));

            assertThat(sent).endsWith(new DialogMessage.BackOff("a", Duration.ofSeconds(30)));
        }

        @Test
        void asksForMoreTimeOnce() {
            offer();
            arrives(tooSmall(100), tooSmall(101));

            assertThat(sent)
                    .filteredOn(DialogMessage.Again.class::isInstance)
                    .containsExactly(new DialogMessage.Again(
                            "a",
                            Method.INVITE,
                            List.of(),
                            new SessionInterval(
                                    Duration.ofSeconds(100), SessionInterval.Refresher.UAS, Duration.ofSeconds(100))));
            assertThat(told).endsWith(FAILED);
        }

        private static NotChanged tooSmall(int least) {
            return new NotChanged("a", Method.INVITE, 422, null, Duration.ofSeconds(least));
        }

        @Test
        void answersOneChallenge() {
            offer();
            var challenged = new ChangeChallenged("a", Method.INVITE, List.of(UacTrial.CHALLENGE));
            arrives(challenged, challenged);

            assertThat(sent)
                    .containsExactly(
                            reinvite(OFFER),
                            new DialogMessage.Again("a", Method.INVITE, List.of(UacTrial.CHALLENGE), null));
            assertThat(told).endsWith(FAILED);
        }

        @Test
        void offersOnceMoreWhenThingsChangedMeanwhile() {
            offer();
            asked(new LegCommand.Renegotiate());
            arrives(changed(ANSWER));

            assertThat(told).containsExactly(WANTED, new LegEvent.Reanswered(ANSWER), WANTED);
        }

        @Test
        void saysThatAnOfferCameTooLate() {
            overdue();
            offer();

            assertThat(sent).isEmpty();
            assertThat(told).containsExactly(WANTED, FAILED);
        }

        @Test
        void acknowledgesAnAnswerThatCrossedTheBye() {
            offer();
            asked(new LegCommand.End(HANGUP));
            arrives(changed(ANSWER));

            assertThat(sent).endsWith(new DialogMessage.Bye("a", HANGUP), new DialogMessage.AckReinvite("a"));
        }
    }

    @Test
    void carriesKeysBothWays() {
        var five = new Digit('5');
        arrives(new DialogArrival.Pressed("a", five, Duration.ofMillis(160)));
        asked(new LegCommand.Press(five, Duration.ofMillis(200)));

        assertThat(told).containsExactly(new LegEvent.Pressed(five, Duration.ofMillis(160)));
        assertThat(sent).containsExactly(new DialogMessage.Press("a", five, Duration.ofMillis(200)));
    }

    void arrives(DialogArrival... arrivals) {
        for (DialogArrival arrival : arrivals) {
            take(DialogRules.arrived(state, arrival));
        }
    }

    void asked(LegCommand command) {
        take(DialogRules.asked(state, command));
    }

    void overdue() {
        take(DialogRules.overdue(state));
    }

    private void take(LegStep<DialogState, DialogMessage> step) {
        state = step.next();
        sent.addAll(step.messages());
        told.addAll(step.events());
    }
}
