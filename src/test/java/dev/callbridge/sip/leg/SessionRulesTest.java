package dev.callbridge.sip.leg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.sip.leg.DialogArrival.Change;
import dev.callbridge.sip.leg.DialogArrival.Changed;
import dev.callbridge.sip.leg.DialogArrival.NotChanged;
import dev.callbridge.sip.leg.DialogArrival.Woken;
import dev.callbridge.sip.leg.SessionInterval.Refresher;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Session timers (RFC 4028).
class SessionRulesTest extends UacTrial {

    static final Duration HALF_HOUR = Duration.ofMinutes(30);

    SessionRulesTest() {
        super(List.of(EarlyMedia.ON_ANSWER));
    }

    static SessionTerms terms(boolean updates, @Nullable Refresher refresher) {
        return new SessionTerms(updates, true, new SessionInterval(HALF_HOUR, refresher));
    }

    void talk(SessionTerms terms) {
        ask();
        arrives(new UacArrival.Recorded(), new UacArrival.Accepted("a", ANSWER, terms));
    }

    static Woken woken(Alarm alarm, int round) {
        return new Woken("a", alarm, round);
    }

    static DialogMessage wake(Alarm alarm, Duration after, int round) {
        return new DialogMessage.Wake("a", alarm, after, round);
    }

    @Nested
    class WhenWeRefresh {

        static final SessionInterval OURS = new SessionInterval(HALF_HOUR, Refresher.UAC);

        @Test
        void sendsAnUpdateAtHalfTheInterval() {
            talk(terms(true, Refresher.UAC));
            assertThat(sent)
                    .endsWith(
                            wake(Alarm.REFRESH, Duration.ofMinutes(15), 1),
                            wake(Alarm.EXPIRY, HALF_HOUR.minusSeconds(32), 1));

            arrives(woken(Alarm.REFRESH, 1));

            assertThat(sent).endsWith(new DialogMessage.Update("a", OURS));
            arrives(new Changed("a", Method.UPDATE, null, terms(true, Refresher.UAC)));
            assertThat(sent).endsWith(wake(Alarm.EXPIRY, HALF_HOUR.minusSeconds(32), 2));
        }

        @Test
        void offersAnewWhereThePeerTakesNoUpdate() {
            talk(terms(false, Refresher.UAC));
            arrives(woken(Alarm.REFRESH, 1));
            assertThat(told).endsWith(new LegEvent.OfferWanted());

            asked(new LegCommand.Offer(OFFER));

            assertThat(sent).endsWith(new DialogMessage.Reinvite("a", OFFER, OURS));
        }

        @Test
        void offersAnewWhenThePeerTookNoUpdateAfterAll() {
            talk(terms(true, Refresher.UAC));
            arrives(woken(Alarm.REFRESH, 1), notChanged(501, Duration.ZERO));

            assertThat(told).endsWith(new LegEvent.OfferWanted());
        }

        @Test
        void asksForMoreTimeWhereThePeerWantsIt() {
            talk(terms(true, Refresher.UAC));
            arrives(woken(Alarm.REFRESH, 1), notChanged(422, Duration.ofHours(1)));

            Duration hour = Duration.ofHours(1);
            assertThat(sent).endsWith(new DialogMessage.Update("a", new SessionInterval(hour, Refresher.UAC, hour)));
        }

        @Test
        void asksForMoreTimeOncePerRefresh() {
            talk(terms(true, Refresher.UAC));
            arrives(
                    woken(Alarm.REFRESH, 1),
                    notChanged(422, Duration.ofHours(1)),
                    notChanged(422, Duration.ofHours(2)));

            assertThat(sent).endsWith(wake(Alarm.REFRESH, Duration.ofHours(1).dividedBy(8), 1));
        }

        @Test
        void triesOnceMoreWhenTheCallHasNoOfferInTime() {
            talk(terms(false, Refresher.UAC));
            arrives(woken(Alarm.REFRESH, 1));
            overdue();

            assertThat(sent).endsWith(wake(Alarm.REFRESH, HALF_HOUR.dividedBy(8), 1));
        }

        @Test
        void triesOnceMoreWhenItIsRefused() {
            talk(terms(true, Refresher.UAC));
            arrives(woken(Alarm.REFRESH, 1), notChanged(500, Duration.ZERO));

            assertThat(sent).endsWith(wake(Alarm.REFRESH, HALF_HOUR.dividedBy(8), 1));
        }

        @Test
        void endsWhenThePeerIsGone() {
            talk(terms(true, Refresher.UAC));
            arrives(woken(Alarm.REFRESH, 1), notChanged(408, Duration.ZERO));

            var gone = new CallEnd(HangupCause.NETWORK_DOWN, "carrier-408");
            assertThat(sent).endsWith(new DialogMessage.Bye("a", gone));
            assertThat(told).endsWith(new LegEvent.Ended(gone));
        }

        NotChanged notChanged(int status, Duration least) {
            return new NotChanged("a", Method.UPDATE, status, null, least);
        }
    }

    @Nested
    class WhenThePeerRefreshes {

        @Test
        void waitsForItAndSaysSo() {
            talk(terms(true, Refresher.UAS));
            assertThat(sent).endsWith(wake(Alarm.EXPIRY, HALF_HOUR.minusSeconds(32), 1));

            arrives(new Change("a", Method.UPDATE, 7, null, terms(true, Refresher.UAC)));

            assertThat(sent)
                    .endsWith(
                            new DialogMessage.Accept("a", 7, null, new SessionInterval(HALF_HOUR, Refresher.UAC)),
                            wake(Alarm.EXPIRY, HALF_HOUR.minusSeconds(32), 2));
        }

        @Test
        void hangsUpWhenItDoesNot() {
            talk(terms(true, Refresher.UAS));
            arrives(new Change("a", Method.UPDATE, 7, null, terms(true, Refresher.UAC)), woken(Alarm.EXPIRY, 1));
            assertThat(told).noneMatch(LegEvent.Ended.class::isInstance);

            arrives(woken(Alarm.EXPIRY, 2));

            assertThat(told).endsWith(new LegEvent.Ended(new CallEnd(HangupCause.NETWORK_DOWN, "session-expired")));
        }

        @Test
        void wantsAMinuteAndAHalfAtLeast() {
            talk(terms(true, Refresher.UAS));
            var hasty = new SessionTerms(true, true, new SessionInterval(Duration.ofSeconds(60), Refresher.UAC));
            arrives(new Change("a", Method.UPDATE, 7, null, hasty));

            assertThat(sent).endsWith(new DialogMessage.Refuse("a", 7, 422));
        }
    }

    @Test
    void doesWithoutATimerWhereThePeerHasNone() {
        talk(SessionTerms.NONE);

        assertThat(sent).endsWith(new UacMessage.Ack("a"));
    }

    /// RFC 4028 §7.3.
    @Test
    void dialsAgainWithTheTimeThatIsWantedTwiceAtMost() {
        ask();
        arrives(
                new UacArrival.Recorded(),
                new UacArrival.IntervalTooSmall(Duration.ofHours(1)),
                new UacArrival.Recorded(),
                new UacArrival.IntervalTooSmall(Duration.ofHours(2)));
        assertThat(sent).endsWith(new UacMessage.WriteDown(0, List.of(), Duration.ofHours(2)));

        arrives(new UacArrival.Recorded(), new UacArrival.IntervalTooSmall(Duration.ofHours(3)));

        assertThat(told).endsWith(new LegEvent.Ended(new CallEnd(HangupCause.FEATURE_MISSING, "carrier-422")));
    }
}
