package dev.callbridge.sip.leg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegEvent.Progressed;
import dev.callbridge.call.Sdp;
import dev.callbridge.sip.leg.UacArrival.Accepted;
import dev.callbridge.sip.leg.UacArrival.Gate;
import dev.callbridge.sip.leg.UacArrival.Provisional;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a trunk lets be heard before the answer, and what changes by then.
class EarlyRulesTest extends UacTrial {

    static final Sdp OTHER = new Sdp("v=0 other");
    static final Gate OPEN = new Gate(true, true);
    static final Gate LISTEN = new Gate(true, false);
    static final Gate CLOSED = new Gate(false, false);

    EarlyRulesTest() {
        super(List.of(EarlyMedia.ON_INBAND));
    }

    void dial(EarlyMedia policy) {
        leg = new UacLeg(List.of(policy));
        dial();
    }

    static Provisional progress(String tag, @Nullable Sdp preview, @Nullable Gate gate) {
        return new Provisional(183, tag, preview, false, gate);
    }

    @Test
    void saysNothingBeforeTheAnswerUnlessItIsTold() {
        dial(EarlyMedia.ON_ANSWER);
        arrives(progress("a", PREVIEW, OPEN));

        assertThat(told).isEmpty();
    }

    @Test
    void letsHearWhatComesWithTheFirstDescription() {
        dial(EarlyMedia.ON_PROGRESS);
        arrives(new Provisional(180, "a", PREVIEW), progress("a", PREVIEW, null));

        assertThat(told).containsExactly(new LegEvent.Ringing(), new Progressed(PREVIEW, true, false));
    }

    @Test
    void letsHearWhatTheTrunkSaysIsMeantToBeHeard() {
        dial(EarlyMedia.ON_INBAND);
        arrives(new Provisional(180, "a", null), progress("a", PREVIEW, LISTEN), progress("a", null, OPEN));

        assertThat(told)
                .containsExactly(
                        new LegEvent.Ringing(),
                        new Progressed(PREVIEW, true, false),
                        new Progressed(PREVIEW, true, true));
    }

    @Test
    void listensForSoundWhereTheTrunkSaysNothingAndItDoesNotRing() {
        dial(EarlyMedia.ON_INBAND);
        arrives(progress("a", PREVIEW, null));

        assertThat(told).containsExactly(new Progressed(PREVIEW, false, false));
    }

    @Test
    void doesNotListenOnceItRingsOrWhereTheTrunkForbidsIt() {
        dial(EarlyMedia.ON_INBAND);
        arrives(progress("a", PREVIEW, CLOSED), new Provisional(180, "b", null), progress("b", PREVIEW, null));

        assertThat(told).containsExactly(new LegEvent.Ringing());
    }

    @Test
    void tellsOfEachLaterEarlyDialog() {
        dial(EarlyMedia.ON_PROGRESS);
        arrives(progress("a", PREVIEW, null), progress("b", OTHER, null));

        assertThat(told).containsExactly(new Progressed(PREVIEW, true, false), new Progressed(OTHER, true, false));
    }

    @Test
    void hearsEightEarlyDialogsAndNoMore() {
        dial(EarlyMedia.ON_PROGRESS);
        for (int i = 0; i < 12; i++) {
            arrives(progress("t" + i, new Sdp("v=0 " + i), null));
        }

        assertThat(told).hasSize(8);
    }

    @Test
    void endsLikeAnyCallThatIsRefused() {
        dial(EarlyMedia.ON_PROGRESS);
        arrives(progress("a", PREVIEW, null), new UacArrival.Rejected(486, 17));

        assertThat(told).endsWith(new LegEvent.Ended(CallEnd.of(HangupCause.BUSY)));
    }

    /// RFC 3262 §5.
    @Test
    void takesAReliableDescriptionForTheAnswer() {
        dial(EarlyMedia.ON_ANSWER);
        arrives(new Provisional(183, "a", PREVIEW, true, null), progress("a", OTHER, null), new Accepted("a", null));

        assertThat(told).containsExactly(new LegEvent.Answered(PREVIEW));
    }

    DialogArrival update(long number, @Nullable Sdp offer) {
        return new DialogArrival.Change("a", Method.UPDATE, number, offer, SessionTerms.NONE);
    }

    @Test
    void takesNoUpdateWhileItsOwnOfferIsOpen() {
        dial(EarlyMedia.ON_ANSWER);
        arrives(progress("a", PREVIEW, null), update(1, OTHER), update(2, null));

        assertThat(sent).endsWith(new DialogMessage.Refuse("a", 1, 491), new DialogMessage.Accept("a", 2, null, null));
    }

    @Test
    void takesAnUpdateOnceItsOfferIsAnswered() {
        dial(EarlyMedia.ON_PROGRESS);
        arrives(new Provisional(183, "a", PREVIEW, true, null), update(1, OTHER), update(2, OTHER));
        assertThat(told).endsWith(new LegEvent.Reoffered(OTHER));
        assertThat(sent).endsWith(new DialogMessage.Refuse("a", 2, 500));

        asked(new LegCommand.Reanswer(ANSWER));

        assertThat(sent).endsWith(new DialogMessage.Accept("a", 1, ANSWER, null));
    }

    @Test
    void answersAnUpdateAlsoAfterTheCallWasTaken() {
        dial(EarlyMedia.ON_PROGRESS);
        arrives(new Provisional(183, "a", PREVIEW, true, null), update(1, OTHER), new Accepted("a", null));
        asked(new LegCommand.Reanswer(ANSWER));

        assertThat(sent).endsWith(new UacMessage.Ack("a"), new DialogMessage.Accept("a", 1, ANSWER, null));
    }

    @Test
    void leavesNoUpdateUnanswered() {
        dial(EarlyMedia.ON_PROGRESS);
        arrives(new Provisional(183, "a", PREVIEW, true, null), update(1, OTHER));
        asked(new LegCommand.End(HANGUP));

        assertThat(sent).endsWith(new DialogMessage.Refuse("a", 1, 487), new UacMessage.Cancel(HANGUP));
    }

    @Test
    void offersBehindTheAnswerWhatChangedBefore() {
        dial(EarlyMedia.ON_PROGRESS);
        arrives(progress("a", PREVIEW, null));
        asked(new LegCommand.Renegotiate());
        arrives(new Accepted("a", ANSWER));

        assertThat(told).endsWith(new LegEvent.Answered(ANSWER), new LegEvent.OfferWanted());
    }
}
