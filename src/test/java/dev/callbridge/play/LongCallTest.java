package dev.callbridge.play;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.CallVerdict;
import dev.callbridge.call.Digit;
import dev.callbridge.call.HangupCause;
import dev.callbridge.matrix.leg.TalkMessage;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sip.leg.DialogMessage;
import dev.callbridge.sip.leg.SessionInterval;
import dev.callbridge.sip.leg.SessionInterval.Refresher;
import dev.callbridge.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Calls of forty minutes between a Matrix client and a telephone, on a clock that the test turns: every message takes
/// a time of its own, and none is lost.
class LongCallTest {

    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
    private static final CallEnd HANGUP = CallEnd.of(HangupCause.NORMAL);

    enum Side {
        CLIENT,
        PHONE
    }

    /// @param caller who dials
    /// @param weRefresh whether it is we, and not the phone, who keep the session from running out
    /// @param quitter who hangs up in the end
    record Cast(Side caller, boolean weRefresh, Side quitter, long seed) {

        static Stream<Cast> all() {
            return Stream.of(Side.values())
                    .flatMap(caller -> Stream.of(true, false)
                            .flatMap(weRefresh -> Stream.of(Side.values())
                                    .flatMap(quitter -> LongStream.of(1, 2, 3, 5, 8, 13, 21, 34)
                                            .mapToObj(seed -> new Cast(caller, weRefresh, quitter, seed)))));
        }

        /// Each seed once with each caller.
        static Stream<Cast> some() {
            return all().filter(cast -> cast.weRefresh == (cast.seed % 2 == 0) && cast.quitter == cast.caller);
        }

        static Cast of(Side caller) {
            return new Cast(caller, true, Side.CLIENT, 1);
        }

        /// @param session how long it lives without a refresh
        /// @param updates whether the phone takes UPDATE
        WholeCall dialled(Duration session, boolean updates) {
            var time = new VirtualTime(seed);
            boolean weDial = caller == Side.CLIENT;
            var interval = new SessionInterval(session, weDial == weRefresh ? Refresher.UAC : Refresher.UAS);
            WholeCall call = switch (caller) {
                case CLIENT -> new CallFromMatrix(time, interval, updates);
                case PHONE -> new CallFromPhone(time, interval, updates);
            };
            call.dial();
            time.passUntil(Duration.ofSeconds(30));
            assertBothAreHeard(call);
            return call;
        }

        void hangUp(WholeCall call) {
            switch (quitter) {
                case CLIENT -> call.clientHangsUp();
                case PHONE -> call.phone.hangsUp();
            }
        }
    }

    private static void assertBothAreHeard(WholeCall call) {
        assertThat(call.call.isUp()).as("up").isTrue();
        assertThat(call.clientIsHeard()).as("client is heard").isTrue();
        assertThat(call.phoneIsHeard()).as("phone is heard").isTrue();
    }

    /// Long enough for everything that is under way to arrive, and for all back-offs.
    private static void settle(WholeCall call) {
        call.time.passUntil(call.time.now().plusSeconds(20));
        assertThat(call.ourEnd().waits() || call.phonesEnd().waits())
                .as("requests are open")
                .isFalse();
    }

    private static void passUntil(WholeCall call, int minute) {
        call.time.passUntil(Duration.ofMinutes(minute));
    }

    private static long reinvites(WholeCall call) {
        return call.ourEnd().sent(DialogMessage.Reinvite.class)
                + call.phonesEnd().sent(DialogMessage.Reinvite.class);
    }

    private static void clientHolds(WholeCall call) {
        call.client.changesTo(Direction.SENDONLY);
        settle(call);
        assertThat(call.phone.speaks()).as("the phone speaks").isFalse();
        assertThat(call.phoneIsHeard()).as("the phone is heard").isFalse();
        assertThat(call.clientIsHeard()).as("music is heard").isTrue();
    }

    private static void phoneHolds(WholeCall call) {
        call.phone.changesTo(Direction.SENDONLY);
        settle(call);
        assertThat(call.client.speaks()).as("the client speaks").isFalse();
        assertThat(call.clientIsHeard()).as("the client is heard").isFalse();
        assertThat(call.phoneIsHeard()).as("music is heard").isTrue();
    }

    private static void clientResumes(WholeCall call) {
        call.client.changesTo(Direction.SENDRECV);
        settle(call);
        assertBothAreHeard(call);
    }

    private static void phoneResumes(WholeCall call) {
        call.phone.changesTo(Direction.SENDRECV);
        settle(call);
        assertBothAreHeard(call);
    }

    /// The client is in another network now; the trunk has nothing to do with that.
    private static void clientRestartsIce(WholeCall call) {
        String before = call.ourFragment();
        long reinvites = reinvites(call);
        call.client.restartsIce();
        settle(call);

        assertThat(call.ourFragment()).as("ours is new as well").isNotEqualTo(before);
        assertThat(call.isReached()).as("the answer reached the client").isTrue();
        assertThat(reinvites(call)).as("re-INVITEs").isEqualTo(reinvites);
    }

    /// Both hold; ours about the client's hold crosses the phone's own re-INVITE.
    private static void bothHoldAtOnce(WholeCall call) {
        call.ourEnd().whenItOffers(() -> call.phone.changesTo(Direction.SENDONLY));
        call.client.changesTo(Direction.SENDONLY);
        settle(call);
        assertThat(call.clientIsHeard() || call.phoneIsHeard())
                .as("anybody is heard")
                .isFalse();
    }

    /// Both resume; ours about the phone's resume crosses the client's own offer.
    private static void bothResumeAtOnce(WholeCall call) {
        call.whenWeOfferTheClient(() -> call.client.changesTo(Direction.SENDRECV));
        call.phone.changesTo(Direction.SENDRECV);
        settle(call);
        assertBothAreHeard(call);
    }

    private static void live(WholeCall call) {
        passUntil(call, 4);
        clientHolds(call);
        passUntil(call, 6);
        clientResumes(call);
        passUntil(call, 8);
        clientRestartsIce(call);
        passUntil(call, 13);
        phoneHolds(call);
        passUntil(call, 15);
        clientRestartsIce(call);
        passUntil(call, 17);
        phoneResumes(call);
        passUntil(call, 20);
        bothHoldAtOnce(call);
        passUntil(call, 23);
        bothResumeAtOnce(call);
        passUntil(call, 27);
        call.phone.presses(new Digit('1'));
        call.phone.presses(new Digit('#'));
        call.clientPresses(new Digit('5'));
        passUntil(call, 40);
    }

    /// Whoever began it, and whatever crossed it.
    private static void assertEachOfferWasAnswered(WholeCall call) {
        assertThat(call.client.answered() + call.client.takenBack())
                .as("what came of offers of the client")
                .isEqualTo(call.client.offers());
        assertThat(call.said(TalkMessage.Reanswer.class))
                .as("answers to the client")
                .isEqualTo(call.client.answered());
        assertThat((long) call.client.answers() + call.client.ignored())
                .as("what came of offers to the client")
                .isEqualTo(call.said(TalkMessage.Reoffer.class));
    }

    private static void assertNothingIsLeft(WholeCall call, CallVerdict verdict) {
        assertThat(call.call.verdicts()).containsExactly(verdict);
        assertThat(call.phone.ends()).hasSize(1);
        assertThat(call.media.releases()).as("media given back").isEqualTo(1);
        assertThat(call.time.waiting()).as("timers and messages").isZero();
    }

    private static CallVerdict hangup(boolean byCaller) {
        return new CallVerdict(HANGUP, byCaller ? CallVerdict.Side.CALLER : CallVerdict.Side.CALLEE);
    }

    @ParameterizedTest
    @MethodSource("dev.callbridge.play.LongCallTest$Cast#all")
    void lastsFortyMinutesAndEndsForEverybody(Cast cast) {
        WholeCall call = cast.dialled(FIVE_MINUTES, true);
        live(call);

        assertBothAreHeard(call);
        assertThat(call.call.connected()).isEqualTo(1);
        assertThat(call.keysForClient()).containsExactly(new Digit('1'), new Digit('#'));
        assertThat(call.phone.heard()).containsExactly(new Digit('5'));
        assertEachOfferWasAnswered(call);
        // Two holds, two resumes and two restarts; who is called gives way, and begins again.
        boolean gaveWay = cast.caller() == Side.PHONE;
        assertThat(call.client.offers()).as("offers of the client").isEqualTo(gaveWay ? 7 : 6);
        assertThat(call.client.takenBack()).isEqualTo(gaveWay ? 1 : 0);
        assertThat(call.client.ignored()).isEqualTo(gaveWay ? 0 : 1);
        assertThat(call.client.answers())
                .as("changes of the phone that were shown")
                .isEqualTo(4);
        // Two holds and two resumes of either side; those that crossed came again.
        for (DialogEnd end : List.of(call.ourEnd(), call.phonesEnd())) {
            assertThat(end.sent(DialogMessage.Reinvite.class)).as("re-INVITEs").isEqualTo(5);
            assertThat(end.refused(491)).as("crossed").isEqualTo(1);
        }
        // Each two and a half minutes in which nothing else refreshed the session.
        assertThat(call.ourEnd().sent(DialogMessage.Update.class)).isEqualTo(cast.weRefresh() ? 12 : 0);
        assertThat(call.phonesEnd().sent(DialogMessage.Update.class)).isEqualTo(cast.weRefresh() ? 0 : 12);

        cast.hangUp(call);
        passUntil(call, 41);
        assertNothingIsLeft(call, hangup(cast.quitter() == cast.caller()));
        assertThat(call.phone.ends()).containsExactly(HANGUP);
        assertThat(call.client.ends()).hasSize(cast.quitter() == Side.CLIENT ? 0 : 1);
    }

    @ParameterizedTest
    @EnumSource
    void isRefreshedByOffersWhereThePhoneTakesNoUpdate(Side caller) {
        WholeCall call = Cast.of(caller).dialled(FIVE_MINUTES, false);
        live(call);

        assertBothAreHeard(call);
        assertEachOfferWasAnswered(call);
        assertThat(call.ourEnd().sent(DialogMessage.Update.class)).isZero();
        assertThat(call.ourEnd().sent(DialogMessage.Reinvite.class)).isEqualTo(5 + 12);
    }

    @ParameterizedTest
    @CsvSource({"CLIENT, true, 5, 15", "CLIENT, false, 30, 2", "PHONE, true, 30, 2", "PHONE, false, 5, 15"})
    void isRefreshedAtHalfItsIntervalWhenNothingElseHappens(
            Side caller, boolean weRefresh, int minutes, long refreshes) {
        WholeCall call = new Cast(caller, weRefresh, Side.CLIENT, 1).dialled(Duration.ofMinutes(minutes), true);
        passUntil(call, 40);

        assertBothAreHeard(call);
        DialogEnd refresher = weRefresh ? call.ourEnd() : call.phonesEnd();
        assertThat(refresher.sent(DialogMessage.Update.class)).isEqualTo(refreshes);
        assertThat(reinvites(call)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void endsForEverybodyWhenTheTrunkIsCut(Side caller) {
        WholeCall call = Cast.of(caller).dialled(FIVE_MINUTES, true);
        passUntil(call, 5);
        call.cutTrunk();
        passUntil(call, 12);

        CallVerdict verdict = call.call.verdicts().getFirst();
        assertThat(verdict.end().cause()).isEqualTo(HangupCause.NETWORK_DOWN);
        assertNothingIsLeft(call, verdict);
        assertThat(call.client.ends()).hasSize(1);
    }

    /// Both change their minds every few seconds, whatever is under way.
    @ParameterizedTest
    @MethodSource("dev.callbridge.play.LongCallTest$Cast#some")
    void comesToAnAgreementWhateverCrosses(Cast cast) {
        WholeCall call = cast.dialled(FIVE_MINUTES, cast.weRefresh());
        for (int change = 0; change < 200; change++) {
            change(call);
            Duration pause = call.time.between(Duration.ZERO, Duration.ofSeconds(15));
            call.time.passUntil(call.time.now().plus(pause));
        }
        call.client.changesTo(Direction.SENDRECV);
        call.phone.changesTo(Direction.SENDRECV);
        settle(call);

        assertBothAreHeard(call);
        assertEachOfferWasAnswered(call);
        assertThat(call.ourEnd().refused(491)).as("crossed on the trunk").isPositive();
        assertThat(call.client.takenBack() + call.client.ignored())
                .as("crossed in the room")
                .isPositive();
        cast.hangUp(call);
        call.time.passUntil(call.time.now().plusMinutes(1));
        assertNothingIsLeft(call, hangup(cast.quitter() == cast.caller()));
    }

    private static void change(WholeCall call) {
        switch (call.time.random().nextInt(7)) {
            case 0 -> call.client.changesTo(Direction.SENDONLY);
            case 1 -> call.client.changesTo(Direction.SENDRECV);
            case 2 -> call.phone.changesTo(Direction.SENDONLY);
            case 3 -> call.phone.changesTo(Direction.SENDRECV);
            case 4 -> call.client.restartsIce();
            case 5 -> call.ourEnd().whenItOffers(() -> call.phone.changesTo(Direction.SENDRECV));
            default -> call.whenWeOfferTheClient(call.client::restartsIce);
        }
    }
}
