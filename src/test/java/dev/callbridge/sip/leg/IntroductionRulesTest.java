package dev.callbridge.sip.leg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.Identity;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegStep;
import dev.callbridge.call.Parties;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.sip.leg.DialogArrival.Introduced;
import dev.callbridge.sip.leg.SessionInterval.Refresher;
import dev.callbridge.testkit.UacTargets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The peer learns who it talks to.
class IntroductionRulesTest {

    static final Duration HALF_HOUR = Duration.ofMinutes(30);
    static final SessionTerms TERMS = new SessionTerms(true, true, new SessionInterval(HALF_HOUR, Refresher.UAC));
    static final SessionTerms NO_UPDATES = new SessionTerms(false, false, null);
    static final Introduction BOSS = new Introduction("@boss:example.org", "The boss");
    static final Introduction UNKNOWN = new Introduction("@stranger:elsewhere.test", "Nobody");
    static final Introduction BOB = new Introduction("@bob:example.org", "");

    final UacLeg leg = new UacLeg(UacTargets.of(List.of(EarlyMedia.ON_ANSWER)));
    final List<UacMessage> sent = new ArrayList<>();
    final List<LegEvent> told = new ArrayList<>();
    UacState state = leg.start();

    void take(LegStep<UacState, UacMessage> step) {
        state = step.next();
        sent.addAll(step.messages());
        told.addAll(step.events());
    }

    void arrives(UacArrival arrival) {
        take(leg.arrived(state, arrival));
    }

    void ends(Introduced.Outcome outcome) {
        arrives(new Introduced("a", outcome));
    }

    void asks(LegCommand command) {
        take(leg.asked(state, command));
    }

    static LegCommand identify(Introduction who) {
        return new LegCommand.Identify(new Identity(new MatrixUser(String.valueOf(who.user())), who.name()));
    }

    void dial() {
        asks(new LegCommand.Dial(Parties.of(UacLegTest.ALICE, UacLegTest.BERLIN), UacLegTest.OFFER));
        arrives(new UacArrival.Recorded());
    }

    void talk(SessionTerms terms) {
        dial();
        arrives(new UacArrival.Accepted("a", UacLegTest.ANSWER, terms));
        sent.clear();
        told.clear();
    }

    static DialogMessage update(Introduction who, Challenge... answering) {
        return new DialogMessage.Introduce("a", who, List.of(answering), new SessionInterval(HALF_HOUR, Refresher.UAC));
    }

    @Test
    void isAnUpdateThatKeepsTheSessionAsItIs() {
        talk(TERMS);

        asks(identify(BOSS));

        assertThat(sent).containsExactly(update(BOSS));
    }

    @Test
    void isNotSentToAPeerThatTakesNoUpdate() {
        talk(NO_UPDATES);

        asks(identify(BOSS));

        assertThat(sent).isEmpty();
        assertThat(told).isEmpty();
    }

    @Test
    void waitsForTheOneBeforeAndOnlyTheNewestCounts() {
        talk(TERMS);

        asks(identify(BOSS));
        asks(identify(BOB));
        asks(identify(UNKNOWN));
        assertThat(sent).containsExactly(update(BOSS));
        ends(new Introduced.Failed(0));

        assertThat(sent).containsExactly(update(BOSS), update(UNKNOWN));
    }

    @Test
    void waitsForAnOffer() {
        talk(TERMS);
        asks(new LegCommand.Renegotiate());
        asks(new LegCommand.Offer(UacLegTest.OFFER));

        asks(identify(BOSS));
        assertThat(sent).noneMatch(DialogMessage.Introduce.class::isInstance);
        arrives(new DialogArrival.Changed("a", Method.INVITE, UacLegTest.ANSWER, TERMS));

        assertThat(sent).endsWith(update(BOSS));
    }

    @Test
    void waitsForARefresh() {
        talk(TERMS);
        arrives(new DialogArrival.Woken("a", Alarm.REFRESH, 1));

        asks(identify(BOSS));
        assertThat(sent).noneMatch(DialogMessage.Introduce.class::isInstance);
        arrives(new DialogArrival.NotChanged("a", Method.UPDATE, 500, null, Duration.ZERO));

        assertThat(sent).endsWith(update(BOSS));
    }

    /// The session could run out while nobody answers.
    @Test
    void keepsNoRefreshWaiting() {
        talk(TERMS);
        asks(identify(BOSS));

        arrives(new DialogArrival.Woken("a", Alarm.REFRESH, 1));

        assertThat(sent).hasSize(2).last().isInstanceOf(DialogMessage.Update.class);
    }

    @Test
    void refreshesTheSession() {
        talk(TERMS);
        asks(identify(BOSS));

        ends(new Introduced.Taken(TERMS));

        assertThat(sent)
                .endsWith(
                        new DialogMessage.Wake("a", Alarm.REFRESH, HALF_HOUR.dividedBy(2), 2),
                        new DialogMessage.Wake("a", Alarm.EXPIRY, HALF_HOUR.minusSeconds(32), 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 408, 422, 481, 491, 500})
    void endsNoCallWhenItFails(int status) {
        talk(TERMS);
        asks(identify(BOSS));

        ends(new Introduced.Failed(status));
        assertThat(sent).containsExactly(update(BOSS));
        assertThat(told).isEmpty();
        asks(identify(BOB));

        assertThat(sent).containsExactly(update(BOSS), update(BOB));
    }

    @Test
    void isNotTriedAgainWithAPeerThatTookNoUpdateAfterAll() {
        talk(TERMS);
        asks(identify(BOSS));

        ends(new Introduced.Failed(405));
        asks(identify(BOB));

        assertThat(sent).containsExactly(update(BOSS));
    }

    @Test
    void answersAChallengeOnce() {
        talk(TERMS);
        asks(identify(BOSS));

        ends(new Introduced.Challenged(List.of(UacLegTest.CHALLENGE)));
        ends(new Introduced.Challenged(List.of(UacLegTest.CHALLENGE)));

        assertThat(sent).containsExactly(update(BOSS), update(BOSS, UacLegTest.CHALLENGE));
        assertThat(told).isEmpty();
    }

    @Test
    void waitsForTheAnswerOfThePhoneThatIsCalled() {
        dial();
        arrives(new UacArrival.Provisional(180, "a", null));
        asks(identify(BOSS));
        assertThat(sent).noneMatch(DialogMessage.Introduce.class::isInstance);

        arrives(new UacArrival.Accepted("a", UacLegTest.ANSWER, TERMS));

        assertThat(sent).endsWith(update(BOSS));
    }

    @Test
    void waitsForTheAckOfThePhoneThatCalls() {
        assertThat(introducedOnAck(new LegCommand.Ring())).hasSize(1);
        assertThat(introducedOnAck(new LegCommand.Answer(UasLegTest.ANSWER))).hasSize(1);
    }

    /// @param before what happens just before the introduction
    private static List<UasMessage> introducedOnAck(LegCommand before) {
        var called = new UasLeg(Duration.ZERO);
        UasState now = called.start();
        var invite = new UasArrival.Invite("a", UasLegTest.BERLIN, UasLegTest.ALICE, UasLegTest.OFFER, false, TERMS);
        now = called.arrived(now, invite).next();
        now = called.asked(now, before).next();
        LegStep<UasState, UasMessage> step = called.asked(now, identify(BOSS));
        assertThat(step.messages()).isEmpty();
        now = step.next();
        now = called.asked(now, new LegCommand.Answer(UasLegTest.ANSWER)).next();
        return called.arrived(now, new UasArrival.Ack()).messages().stream()
                .filter(DialogMessage.Introduce.class::isInstance)
                .toList();
    }
}
