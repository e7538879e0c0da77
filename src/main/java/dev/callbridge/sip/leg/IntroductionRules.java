package dev.callbridge.sip.leg;

import dev.callbridge.call.LegStep;
import dev.callbridge.sip.leg.DialogArrival.Introduced;
import dev.callbridge.sip.leg.DialogState.Confirmed;
import dev.callbridge.sip.leg.DialogState.Live;
import dev.callbridge.sip.leg.Session.Introducing;
import dev.callbridge.sip.leg.SessionTimer.Refresh;
import java.util.List;

/// Tells the peer who it talks to from now on (RFC 4916, RFC 5876 §4.1), whoever called: by an UPDATE without an
/// offer, where the peer takes that. A name is worth no re-INVITE, and no call: whatever comes of it, the call goes on.
///
/// It waits for everything else, but nothing waits for it: a session could run out meanwhile. An UPDATE refreshes the
/// session like any other (RFC 4028 §7.4).
final class IntroductionRules {

    private IntroductionRules() {}

    static LegStep<DialogState, DialogMessage> introduce(Live live, Introduction who) {
        Session session = live.session();
        return ExchangeRules.settle(live.with(session.planning(session.plans().introduction(who))));
    }

    /// The dialog is free for it. Who can't be introduced to this peer waits until it says that it takes UPDATE, mostly
    /// for ever.
    static LegStep<DialogState, DialogMessage> next(Session session) {
        Introduction who = session.plans().introduction();
        boolean updating = session.introducing() != null || session.timer().refresh() != Refresh.NONE;
        if (who == null || updating || !session.updates()) {
            return LegStep.to(new Confirmed(session));
        }
        Session sent = session.planning(session.plans().introduction(null)).introducing(new Introducing(who, false));
        return LegStep.<DialogState, DialogMessage>to(new Confirmed(sent)).send(message(sent, who, List.of()));
    }

    static LegStep<DialogState, DialogMessage> introduced(Live live, Introduced arrival) {
        Introducing introducing = live.session().introducing();
        if (introducing == null) {
            return LegStep.stay(live);
        }
        Session session = live.session().introducing(null);
        return switch (arrival.outcome()) {
            case Introduced.Taken(var terms) -> {
                SessionRules.Agreed agreed = SessionRules.granted(session.learning(terms), terms.interval());
                yield ExchangeRules.settle(live.with(agreed.session()), agreed.alarms(), List.of());
            }
            case Introduced.Challenged(var challenges) ->
                introducing.challenged() || challenges.isEmpty()
                        ? ExchangeRules.settle(live.with(session))
                        : again(live, introducing.who(), challenges);
            case Introduced.Failed(int status) ->
                ExchangeRules.settle(live.with(status == 405 || status == 501 ? session.withoutUpdates() : session));
        };
    }

    private static LegStep<DialogState, DialogMessage> again(Live live, Introduction who, List<Challenge> challenges) {
        Session session = live.session().introducing(new Introducing(who, true));
        return LegStep.<DialogState, DialogMessage>to(live.with(session)).send(message(session, who, challenges));
    }

    private static DialogMessage message(Session session, Introduction who, List<Challenge> answering) {
        return new DialogMessage.Introduce(session.remoteTag(), who, answering, SessionRules.current(session));
    }
}
