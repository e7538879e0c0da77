package dev.callbridge.matrix.leg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.Identity;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegStep;
import dev.callbridge.call.Sdp;
import dev.callbridge.call.Trouble;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.matrix.leg.TalkState.Talk;
import dev.callbridge.matrix.leg.TalkState.Talking;
import dev.callbridge.sdp.Fixtures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What happens in an answered call, whoever called.
class NegotiateTest {

    private static final String PHONE = "ALICEPHONE";
    private static final Peer ALICE = new Peer(PHONE, PeerVersion.ONE, true);
    private static final Sdp OURS = new Sdp("v=0 ours");
    private static final Sdp THEIRS = new Sdp("v=0 theirs");
    private static final Sdp ANSWER = new Sdp("v=0 answer");
    private static final Duration LIFETIME = Duration.ofSeconds(60);

    private final List<TalkMessage> sent = new ArrayList<>();
    private final List<LegEvent> told = new ArrayList<>();
    private TalkState state = talking(ALICE, true);

    private static TalkState talking(Peer peer, boolean polite) {
        return new Talking(Talk.with(peer, polite));
    }

    private void take(LegStep<TalkState, TalkMessage> step) {
        state = step.next();
        sent.addAll(step.messages());
        told.addAll(step.events());
    }

    private void asked(LegCommand command) {
        take(TalkRules.asked(state, command));
    }

    private void arrives(TalkArrival arrival) {
        take(TalkRules.arrived(state, arrival));
    }

    private void theyOffer() {
        arrives(new TalkArrival.Reoffered(PHONE, THEIRS));
    }

    private void theyAnswer() {
        arrives(new TalkArrival.Reanswered(PHONE, ANSWER));
    }

    private void weOffer() {
        asked(new LegCommand.Renegotiate());
        asked(new LegCommand.Offer(OURS));
    }

    private void forget() {
        sent.clear();
        told.clear();
    }

    @Test
    void anOfferOfTheirsIsAnsweredByTheCall() {
        theyOffer();
        assertThat(told).containsExactly(new LegEvent.Reoffered(THEIRS));

        asked(new LegCommand.Reanswer(ANSWER));

        assertThat(sent).containsExactly(new TalkMessage.Reanswer(ANSWER));
        assertThat(state).isInstanceOf(Talking.class);
    }

    @Test
    void anOfferThatTheCallDeclinesIsLeftWithoutAnAnswer() {
        theyOffer();
        asked(new LegCommand.Decline());

        assertThat(sent).isEmpty();
        assertThat(state).isInstanceOf(Talking.class);
    }

    @Test
    void onlyTheNewestOfTheirOffersIsAnswered() {
        theyOffer();
        theyOffer();
        asked(new LegCommand.Reanswer(new Sdp("v=0 to the first")));
        asked(new LegCommand.Reanswer(ANSWER));

        assertThat(sent).containsExactly(new TalkMessage.Reanswer(ANSWER));
    }

    @Test
    void whatWeWereAskedForMeanwhileFollowsTheirOffer() {
        theyOffer();
        asked(new LegCommand.Renegotiate());
        assertThat(told).doesNotContain(new LegEvent.OfferWanted());

        asked(new LegCommand.Reanswer(ANSWER));

        assertThat(told).endsWith(new LegEvent.OfferWanted());
    }

    @Test
    void ourOfferIsWorkedOutWhenItCanLeave() {
        asked(new LegCommand.Renegotiate());
        assertThat(told).containsExactly(new LegEvent.OfferWanted());
        asked(new LegCommand.Offer(OURS));
        assertThat(sent).containsExactly(new TalkMessage.Reoffer(1, OURS, LIFETIME));

        theyAnswer();

        assertThat(told).endsWith(new LegEvent.Reanswered(ANSWER));
        assertThat(state).isInstanceOf(Talking.class);
    }

    @Test
    void somethingNewWaitsForTheAnswerToOurOffer() {
        weOffer();
        asked(new LegCommand.Renegotiate());
        forget();

        theyAnswer();

        assertThat(told).containsExactly(new LegEvent.Reanswered(ANSWER), new LegEvent.OfferWanted());
    }

    @Test
    void somethingNewBeforeOurOfferHasLeftIsNotForgotten() {
        asked(new LegCommand.Renegotiate());
        asked(new LegCommand.Renegotiate());
        asked(new LegCommand.Offer(OURS));
        forget();

        theyAnswer();

        assertThat(told).endsWith(new LegEvent.OfferWanted());
    }

    @Test
    void anOfferThatNobodyAnswersFails() {
        weOffer();
        assertThat(TalkRules.limit(state)).isEqualTo(LIFETIME);
        forget();

        take(TalkRules.overdue(state));

        assertThat(told).containsExactly(new LegEvent.OfferFailed());
        theyAnswer();
        assertThat(told).as("an answer that comes too late").hasSize(1);
    }

    @Test
    void anOfferThatDidNotReachTheRoomFails() {
        weOffer();
        arrives(new TalkArrival.OfferNotSent(1));

        assertThat(told).endsWith(new LegEvent.OfferFailed());
    }

    @Test
    void theLossOfAFormerOfferIsNotThatOfTheNewOne() {
        weOffer();
        theyAnswer();
        weOffer();
        forget();

        arrives(new TalkArrival.OfferNotSent(1));

        assertThat(told).isEmpty();
    }

    @Test
    void anOtherDeviceHasNoSay() {
        arrives(new TalkArrival.Reoffered("OTHER", THEIRS));
        weOffer();
        forget();
        arrives(new TalkArrival.Reanswered("OTHER", ANSWER));

        assertThat(told).isEmpty();
    }

    @Test
    void aCallWithoutAnOfferToGiveGoesOn() {
        asked(new LegCommand.Renegotiate());
        asked(new LegCommand.Decline());

        assertThat(state).isInstanceOf(Talking.class);
        assertThat(sent).isEmpty();
    }

    @Test
    void whoIsNotHeardIsToldOnceOfEachTrouble() {
        asked(new LegCommand.Warn(Trouble.SILENT, true));
        theyOffer();
        asked(new LegCommand.Warn(Trouble.SILENT, true));
        asked(new LegCommand.Warn(Trouble.SILENT, false));

        assertThat(sent)
                .containsExactly(
                        new TalkMessage.Warn(Trouble.SILENT, true), new TalkMessage.Warn(Trouble.SILENT, false));
        assertThat(state).isInstanceOf(TalkState.Answering.class);
    }

    @Test
    void aNewOtherSideIsNamed() {
        var transferred = new PhoneNumber("+4930901821");
        asked(new LegCommand.Identify(Identity.of(transferred)));

        assertThat(sent).containsExactly(new TalkMessage.Identify(transferred));
    }

    @Test
    void whoTheUserIsNowIsSaidByItsDeviceOnly() {
        var boss = new Identity(new MatrixUser("@boss:example.org"), "The boss");
        arrives(new TalkArrival.Asserted("OTHER", boss));
        assertThat(told).isEmpty();

        arrives(new TalkArrival.Asserted(PHONE, boss));

        assertThat(told).containsExactly(new LegEvent.Identified(boss));
        assertThat(sent).isEmpty();
        state = talking(new Peer("", PeerVersion.ZERO, false), true);
        arrives(new TalkArrival.Asserted("", boss));
        assertThat(told).hasSize(1);
    }

    /// Both sides offer at once.
    @Nested
    class WhenOffersCollide {

        @Test
        void oursGivesWayIfTheUserCalled() {
            weOffer();
            forget();

            theyOffer();

            assertThat(sent).containsExactly(new TalkMessage.TakeBack(1));
            assertThat(told).containsExactly(new LegEvent.OfferFailed(), new LegEvent.Reoffered(THEIRS));
            asked(new LegCommand.Reanswer(ANSWER));
            assertThat(told).endsWith(new LegEvent.OfferWanted());
        }

        @Test
        void theirsIsIgnoredIfWeCalled() {
            state = talking(ALICE, false);
            weOffer();
            forget();

            theyOffer();

            assertThat(told).isEmpty();
            theyAnswer();
            assertThat(told).containsExactly(new LegEvent.Reanswered(ANSWER));
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void theirsIsTakenWhileOursHasNotLeft(boolean polite) {
            state = talking(ALICE, polite);
            asked(new LegCommand.Renegotiate());
            forget();

            theyOffer();
            asked(new LegCommand.Offer(OURS));

            assertThat(told).containsExactly(new LegEvent.OfferFailed(), new LegEvent.Reoffered(THEIRS));
            assertThat(sent).isEmpty();
            asked(new LegCommand.Reanswer(ANSWER));
            assertThat(told).endsWith(new LegEvent.OfferWanted());
        }
    }

    @Nested
    class WithAVersionZeroPeer {

        @BeforeEach
        void talk() {
            state = talking(Peer.of("", PeerVersion.ZERO, OURS), true);
        }

        @Test
        void nothingIsNegotiated() {
            asked(new LegCommand.Renegotiate());
            arrives(new TalkArrival.Reoffered("", THEIRS));

            assertThat(told).isEmpty();
            assertThat(sent).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "nheko-0.11-offer.sdp, false",
        "nheko-0.11-answer.sdp, false",
        "matrix-js-sdk-43-offer.sdp, true",
        "matrix-js-sdk-43-answer.sdp, true",
        "chromium-156-offer.sdp, true",
        "firefox-153-offer.sdp, true"
    })
    void whoHangsUpOnAnOfferIsKnownByItsDescription(String description, boolean bears) {
        Peer peer = Peer.of(PHONE, PeerVersion.ONE, new Sdp(Fixtures.text(description)));

        assertThat(peer.bearsOffers()).isEqualTo(bears);
        state = talking(peer, true);
        asked(new LegCommand.Renegotiate());
        assertThat(told.contains(new LegEvent.OfferWanted())).isEqualTo(bears);
    }

    /// Whatever is asked and arrives in whatever order, media hears of the end of each offer exactly once.
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void everyOfferComesToOneEnd(long seed) {
        var random = new Random(seed);
        for (int call = 0; call < 1_000; call++) {
            state = talking(ALICE, random.nextBoolean());
            forget();
            for (int i = 0; i < 30; i++) {
                play(random);
            }
            while (!(state instanceof Talking)) {
                take(TalkRules.overdue(state));
                asked(new LegCommand.Offer(OURS));
                theyAnswer();
                asked(new LegCommand.Reanswer(ANSWER));
            }
            long wanted =
                    told.stream().filter(LegEvent.OfferWanted.class::isInstance).count();
            long ended = told.stream()
                    .filter(event -> event instanceof LegEvent.Reanswered || event instanceof LegEvent.OfferFailed)
                    .count();
            assertThat(ended).isBetween(wanted - declined, wanted);
            long offers =
                    sent.stream().filter(TalkMessage.Reoffer.class::isInstance).count();
            assertThat(state.talk().offers()).isEqualTo((int) offers);
            declined = 0;
        }
    }

    private int declined;

    private void play(Random random) {
        switch (random.nextInt(9)) {
            case 0 -> asked(new LegCommand.Renegotiate());
            case 1 -> asked(new LegCommand.Offer(OURS));
            case 2 -> asked(new LegCommand.Reanswer(ANSWER));
            case 3 -> {
                declined += state instanceof TalkState.Preparing ? 1 : 0;
                asked(new LegCommand.Decline());
            }
            case 4 -> theyOffer();
            case 5 -> theyAnswer();
            case 6 -> arrives(new TalkArrival.OfferNotSent(random.nextInt(4)));
            case 7 -> arrives(new TalkArrival.Reoffered("OTHER", THEIRS));
            default -> take(TalkRules.overdue(state));
        }
    }
}
