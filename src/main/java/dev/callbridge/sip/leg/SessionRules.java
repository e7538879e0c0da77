package dev.callbridge.sip.leg;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegStep;
import dev.callbridge.sip.leg.DialogState.Confirmed;
import dev.callbridge.sip.leg.DialogState.Live;
import dev.callbridge.sip.leg.SessionInterval.Refresher;
import dev.callbridge.sip.leg.SessionTimer.Refresh;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Keeps a session from running out (RFC 4028), whoever called. Refreshes go out as UPDATE where the peer
/// takes it, and
/// otherwise as a re-INVITE with an offer.
final class SessionRules {

    private static final CallEnd EXPIRED = new CallEnd(HangupCause.NETWORK_DOWN, "session-expired");
    private static final Duration EARLY = Duration.ofSeconds(32);

    private SessionRules() {}

    /// A timer that has just been agreed on.
    ///
    /// @param written what our response says of it; null: nothing
    /// @param alarms what has to be set for it
    record Agreed(Session session, @Nullable SessionInterval written, List<DialogMessage> alarms) {}

    /// What our next request says of the timer: it leaves the roles as they are (RFC 4028 §7.4).
    static @Nullable SessionInterval current(Session session) {
        SessionTimer timer = session.timer();
        return timer.runs()
                ? new SessionInterval(timer.interval(), timer.ours() ? Refresher.UAC : Refresher.UAS, timer.least())
                : null;
    }

    /// Takes an INVITE that opens a dialog.
    ///
    /// @param preferred our own wish, for a caller that says nothing; zero: none
    static Agreed opened(Session session, @Nullable SessionInterval requested, Duration preferred) {
        if (requested == null && preferred.isPositive()) {
            return agreed(session, preferred, true);
        }
        return requested == null ? new Agreed(session, null, List.of()) : taken(session, requested);
    }

    /// Takes a request inside the dialog (RFC 4028 §9).
    static Agreed taken(Session session, @Nullable SessionInterval requested) {
        SessionTimer timer = session.timer();
        if (requested == null) {
            return timer.runs()
                    ? agreed(session, timer.interval(), timer.ours() || !session.timers())
                    : new Agreed(session, null, List.of());
        }
        boolean ours = requested.refresher() == Refresher.UAS
                || !session.timers()
                || (requested.refresher() == null && (timer.ours() || !timer.runs()));
        return agreed(session, requested.expires(), ours);
    }

    /// Reads the 2xx to a request of ours (RFC 4028 §7.2).
    static Agreed granted(Session session, @Nullable SessionInterval answered) {
        if (answered == null) {
            SessionTimer off = session.timer().runs() ? session.timer().off() : session.timer();
            return new Agreed(session.timed(off), null, List.of());
        }
        return agreed(session, answered.expires(), answered.refresher() != Refresher.UAS);
    }

    private static Agreed agreed(Session session, Duration interval, boolean ours) {
        Session now = session.timed(session.timer().anew(interval, ours))
                .planning(session.plans().refresh(false));
        return new Agreed(now, new SessionInterval(interval, ours ? Refresher.UAS : Refresher.UAC), alarms(now));
    }

    private static List<DialogMessage> alarms(Session session) {
        SessionTimer timer = session.timer();
        Duration third = timer.interval().dividedBy(3);
        Duration last = timer.interval().minus(third.compareTo(EARLY) < 0 ? third : EARLY);
        List<DialogMessage> alarms = new ArrayList<>();
        if (timer.ours()) {
            alarms.add(wake(session, Alarm.REFRESH, timer.interval().dividedBy(2)));
        }
        alarms.add(wake(session, Alarm.EXPIRY, last));
        return alarms;
    }

    private static DialogMessage wake(Session session, Alarm alarm, Duration after) {
        return new DialogMessage.Wake(
                session.remoteTag(), alarm, after, session.timer().round());
    }

    static LegStep<DialogState, DialogMessage> woken(Live live, DialogArrival.Woken woken) {
        Session session = live.session();
        boolean meant = session.timer().runs() && session.timer().round() == woken.round();
        return switch (woken.alarm()) {
            case BACK_OFF ->
                ExchangeRules.settle(live.with(session.planning(session.plans().paused(false))));
            case REFRESH ->
                meant
                        ? ExchangeRules.settle(
                                live.with(session.planning(session.plans().refresh(true))))
                        : LegStep.stay(live);
            case EXPIRY -> meant ? DialogRules.gone(live, EXPIRED) : LegStep.stay(live);
        };
    }

    /// The dialog is free for it.
    static LegStep<DialogState, DialogMessage> refresh(Session session) {
        Session sent = session.planning(session.plans().refresh(false))
                .timed(session.timer().refreshing(Refresh.SENT));
        return LegStep.<DialogState, DialogMessage>to(new Confirmed(sent))
                .send(new DialogMessage.Update(sent.remoteTag(), current(sent)));
    }

    static LegStep<DialogState, DialogMessage> refreshed(Live live, SessionTerms terms) {
        Agreed agreed = granted(live.session().learning(terms), terms.interval());
        return ExchangeRules.settle(live.with(agreed.session()), agreed.alarms(), List.of());
    }

    /// Once per refresh.
    static LegStep<DialogState, DialogMessage> challenged(Live live, List<Challenge> challenges) {
        Session session = live.session();
        if (session.timer().refresh() != Refresh.SENT || challenges.isEmpty()) {
            return later(live);
        }
        Session again = session.timed(session.timer().refreshing(Refresh.CHALLENGED));
        return LegStep.<DialogState, DialogMessage>to(live.with(again))
                .send(new DialogMessage.Again(again.remoteTag(), Method.UPDATE, challenges, current(again)));
    }

    static LegStep<DialogState, DialogMessage> refused(Live live, DialogArrival.NotChanged refusal) {
        Session session = live.session().timed(live.session().timer().refreshing(Refresh.NONE));
        Session wanting = session.planning(session.plans().refresh(true));
        int status = refusal.status();
        if (ExchangeRules.endsDialog(status)) {
            return DialogRules.gone(live, ExchangeRules.refusedWith(status));
        }
        if (status == 405 || status == 501) {
            return ExchangeRules.settle(live.with(wanting.withoutUpdates()));
        }
        boolean raised = live.session().timer().refresh() == Refresh.RAISED;
        if (status == 422
                && !raised
                && refusal.least().compareTo(session.timer().interval()) > 0) {
            SessionTimer longer = session.timer().raised(refusal.least()).refreshing(Refresh.RAISED);
            Session again = session.timed(longer);
            return LegStep.<DialogState, DialogMessage>to(live.with(again))
                    .send(new DialogMessage.Update(again.remoteTag(), current(again)));
        }
        Duration after = status == 491 ? Duration.ZERO : refusal.retryAfter();
        if (after != null) {
            return ExchangeRules.pause(live.with(wanting), after, List.of());
        }
        return later(live.with(session));
    }

    private static LegStep<DialogState, DialogMessage> later(Live live) {
        Session session = live.session().timed(live.session().timer().refreshing(Refresh.NONE));
        return ExchangeRules.settle(live.with(session), later(session), List.of());
    }

    /// Something that would have refreshed the session came to nothing: once more before it runs out.
    static List<DialogMessage> later(Session session) {
        SessionTimer timer = session.timer();
        return timer.runs() && timer.ours()
                ? List.of(wake(session, Alarm.REFRESH, timer.interval().dividedBy(8)))
                : List.of();
    }
}
