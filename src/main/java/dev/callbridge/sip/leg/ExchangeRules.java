package dev.callbridge.sip.leg;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegStep;
import dev.callbridge.call.Sdp;
import dev.callbridge.sip.leg.DialogState.Asked;
import dev.callbridge.sip.leg.DialogState.AwaitingAck;
import dev.callbridge.sip.leg.DialogState.Confirmed;
import dev.callbridge.sip.leg.DialogState.Live;
import dev.callbridge.sip.leg.DialogState.Offering;
import dev.callbridge.sip.leg.DialogState.Reanswering;
import dev.callbridge.sip.leg.DialogState.WantingOffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Offer and answer inside a confirmed dialog, whoever called (RFC 3264, RFC 3261 §14, RFC 3311 §5, RFC 6337).
final class ExchangeRules {

    static final CallEnd NO_ANSWER_IN_ACK = new CallEnd(HangupCause.MEDIA_FAILED, "carrier-no-sdp");

    /// A refresh waits as well, and must not wait for so long that the session runs out.
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private ExchangeRules() {}

    // --- the peer asks

    static LegStep<DialogState, DialogMessage> change(Live before, DialogArrival.Change change) {
        Live live = before.with(before.session().learning(change.terms()));
        SessionInterval interval = change.terms().interval();
        if (interval != null
                && interval.expires().compareTo(SessionInterval.LEAST) < 0
                && live.session().timers()) {
            return refuse(live, change, 422);
        }
        var asked = new Asked(change.method(), change.number(), interval);
        if (change.method() == Method.UPDATE && change.offer() == null) {
            return accept(live, asked, null);
        }
        return switch (live) {
            case Confirmed(var session) -> take(session, asked, change.offer());
            // The ACK got lost, or is still under way; what our 200 said is agreed on (RFC 5407 §3.1.4).
            case AwaitingAck(var session, var _, boolean answerDue) ->
                answerDue ? refuse(live, change, 491) : take(session, asked, change.offer());
            case Offering _ -> refuse(live, change, 491);
            case WantingOffer(var _, var theirs) -> refuse(live, change, theirs == null ? 491 : 500);
            case Reanswering _ -> refuse(live, change, 500);
        };
    }

    private static LegStep<DialogState, DialogMessage> take(Session session, Asked asked, @Nullable Sdp offer) {
        return offer == null
                ? LegStep.<DialogState, DialogMessage>to(new WantingOffer(session, asked))
                        .tell(new LegEvent.OfferWanted())
                : LegStep.<DialogState, DialogMessage>to(new Reanswering(session, asked))
                        .tell(new LegEvent.Reoffered(offer));
    }

    private static LegStep<DialogState, DialogMessage> refuse(Live live, DialogArrival.Change change, int status) {
        return LegStep.<DialogState, DialogMessage>to(live)
                .send(new DialogMessage.Refuse(change.remoteTag(), change.number(), status));
    }

    /// @param live where the leg stands from now on
    private static LegStep<DialogState, DialogMessage> accept(Live live, Asked asked, @Nullable Sdp body) {
        SessionRules.Agreed agreed = SessionRules.taken(live.session(), asked.interval());
        List<DialogMessage> messages = new ArrayList<>();
        messages.add(new DialogMessage.Accept(live.session().remoteTag(), asked.number(), body, agreed.written()));
        messages.addAll(agreed.alarms());
        return settle(live.with(agreed.session()), messages, List.of());
    }

    /// The ACK of our 200 to a re-INVITE came.
    static LegStep<DialogState, DialogMessage> acknowledged(Live live, DialogArrival.Acknowledged ack) {
        if (!(live instanceof AwaitingAck(var session, long number, boolean answerDue)) || number != ack.number()) {
            return LegStep.stay(live);
        }
        Live next = new Confirmed(session);
        if (!answerDue) {
            return settle(next);
        }
        return ack.answer() == null
                ? DialogRules.hangUp(live, NO_ANSWER_IN_ACK)
                : settle(next, List.of(), List.of(new LegEvent.Reanswered(ack.answer())));
    }

    // --- the call asks

    static LegStep<DialogState, DialogMessage> renegotiate(Live live) {
        Session session = live.session();
        return settle(live.with(session.planning(session.plans().offer(true))));
    }

    static LegStep<DialogState, DialogMessage> offer(Live live, Sdp offer) {
        if (!(live instanceof WantingOffer(var session, var asked))) {
            // Too late: what it was for is over.
            return LegStep.<DialogState, DialogMessage>stay(live).tell(new LegEvent.OfferFailed());
        }
        return asked == null
                ? LegStep.<DialogState, DialogMessage>to(new Offering(session, false, false))
                        .send(new DialogMessage.Reinvite(session.remoteTag(), offer, SessionRules.current(session)))
                : accept(new AwaitingAck(session, asked.number(), true), asked, offer);
    }

    static LegStep<DialogState, DialogMessage> reanswer(Live live, Sdp answer) {
        if (!(live instanceof Reanswering(var session, var asked))) {
            return LegStep.stay(live);
        }
        return switch (asked.method()) {
            case INVITE -> accept(new AwaitingAck(session, asked.number(), false), asked, answer);
            case UPDATE -> accept(new Confirmed(session), asked, answer);
        };
    }

    /// The call has no answer, or no offer.
    ///
    /// @param status for the request that it was for
    static LegStep<DialogState, DialogMessage> decline(Live live, int status) {
        return switch (live) {
            case WantingOffer(var session, var asked) ->
                settle(
                        new Confirmed(session),
                        asked == null ? SessionRules.later(session) : refusal(session, asked, status),
                        List.of());
            case Reanswering(var session, var asked) ->
                settle(new Confirmed(session), refusal(session, asked, status), List.of());
            case Confirmed _, Offering _, AwaitingAck _ -> LegStep.stay(live);
        };
    }

    private static List<DialogMessage> refusal(Session session, Asked asked, int status) {
        return List.of(new DialogMessage.Refuse(session.remoteTag(), asked.number(), status));
    }

    /// Before the dialog goes, each request gets its final response (RFC 3261 §15.1.2, RFC 5407 §3.2.2).
    static List<DialogMessage> lastWords(Live live) {
        return switch (live) {
            case WantingOffer(var session, var asked) -> asked == null ? List.of() : refusal(session, asked, 487);
            case Reanswering(var session, var asked) -> refusal(session, asked, 487);
            case Confirmed _, Offering _, AwaitingAck _ -> List.of();
        };
    }

    // --- the peer answers

    /// 2xx to our re-INVITE; each is acknowledged, wanted or not.
    static LegStep<DialogState, DialogMessage> answered(Live live, DialogArrival.Changed changed) {
        var ack = new DialogMessage.AckReinvite(changed.remoteTag());
        if (!(live instanceof Offering)) {
            return LegStep.<DialogState, DialogMessage>stay(live).send(ack);
        }
        SessionRules.Agreed agreed = SessionRules.granted(
                live.session().learning(changed.terms()), changed.terms().interval());
        List<DialogMessage> messages = new ArrayList<>(List.of(ack));
        messages.addAll(agreed.alarms());
        LegEvent outcome =
                changed.answer() == null ? new LegEvent.OfferFailed() : new LegEvent.Reanswered(changed.answer());
        return settle(new Confirmed(agreed.session()), messages, List.of(outcome));
    }

    static LegStep<DialogState, DialogMessage> challenged(Live live, List<Challenge> challenges) {
        if (!(live instanceof Offering(var session, boolean challenged, boolean raised))) {
            return LegStep.stay(live);
        }
        return challenged || challenges.isEmpty()
                ? settle(new Confirmed(session), SessionRules.later(session), List.of(new LegEvent.OfferFailed()))
                : LegStep.<DialogState, DialogMessage>to(new Offering(session, true, raised))
                        .send(new DialogMessage.Again(
                                session.remoteTag(), Method.INVITE, challenges, SessionRules.current(session)));
    }

    static LegStep<DialogState, DialogMessage> refused(Live live, DialogArrival.NotChanged refusal) {
        if (!(live instanceof Offering(var session, boolean challenged, boolean raised))) {
            return LegStep.stay(live);
        }
        int status = refusal.status();
        if (endsDialog(status)) {
            return DialogRules.gone(live, refusedWith(status));
        }
        if (status == 422
                && !raised
                && refusal.least().compareTo(session.timer().interval()) > 0) {
            Session longer = session.timed(session.timer().raised(refusal.least()));
            return LegStep.<DialogState, DialogMessage>to(new Offering(longer, challenged, true))
                    .send(new DialogMessage.Again(
                            longer.remoteTag(), Method.INVITE, List.of(), SessionRules.current(longer)));
        }
        List<LegEvent> failed = List.of(new LegEvent.OfferFailed());
        Duration after = status == 491 ? Duration.ZERO : refusal.retryAfter();
        return after != null
                ? pause(new Confirmed(session.planning(session.plans().offer(true))), after, failed)
                : settle(new Confirmed(session), SessionRules.later(session), failed);
    }

    /// RFC 3261 §12.2.1.2, RFC 5057 §5.1: the peer knows nothing of the dialog, or is not there any more.
    static boolean endsDialog(int status) {
        return status == 481 || status == 408;
    }

    static CallEnd refusedWith(int status) {
        return new CallEnd(HangupCause.NETWORK_DOWN, "carrier-" + status);
    }

    // --- what waited

    /// Nothing is sent for a while.
    ///
    /// @param after as we were told; zero: by chance (RFC 3261 §14.1)
    static LegStep<DialogState, DialogMessage> pause(Live live, Duration after, List<LegEvent> events) {
        Session session = live.session();
        Duration pause = after.compareTo(LONGEST_PAUSE) < 0 ? after : LONGEST_PAUSE;
        return new LegStep<>(
                live.with(session.planning(session.plans().paused(true))),
                List.of(new DialogMessage.BackOff(session.remoteTag(), pause)),
                events);
    }

    static LegStep<DialogState, DialogMessage> settle(Live live) {
        return settle(live, List.of(), List.of());
    }

    /// Begins with what waited, if the dialog is free now.
    ///
    /// @param messages to be sent before
    /// @param events to be told before
    static LegStep<DialogState, DialogMessage> settle(Live live, List<DialogMessage> messages, List<LegEvent> events) {
        LegStep<DialogState, DialogMessage> next =
                live instanceof Confirmed(var session) ? free(session) : LegStep.stay(live);
        return DialogRules.after(messages, events, next);
    }

    private static LegStep<DialogState, DialogMessage> free(Session session) {
        Session.Plans plans = session.plans();
        if (plans.paused()) {
            return LegStep.to(new Confirmed(session));
        }
        if (!plans.offer() && !plans.refresh()) {
            return IntroductionRules.next(session);
        }
        if (!plans.offer() && session.updates()) {
            return SessionRules.refresh(session);
        }
        // An offer refreshes the session as well.
        Session asking = session.planning(plans.offer(false).refresh(false));
        return LegStep.<DialogState, DialogMessage>to(new WantingOffer(asking, null))
                .tell(new LegEvent.OfferWanted());
    }
}
