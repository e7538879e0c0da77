package dev.callbridge.sip.leg;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Identity;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegStep;
import dev.callbridge.sip.leg.DialogState.AwaitingAck;
import dev.callbridge.sip.leg.DialogState.Confirmed;
import dev.callbridge.sip.leg.DialogState.HangingUp;
import dev.callbridge.sip.leg.DialogState.Live;
import dev.callbridge.sip.leg.DialogState.Offering;
import dev.callbridge.sip.leg.DialogState.Over;
import dev.callbridge.sip.leg.DialogState.Reanswering;
import dev.callbridge.sip.leg.DialogState.WantingOffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// What happens inside a confirmed dialog: the part of [UacLeg] and [UasLeg] that doesn't ask who called (RFC
/// 3261
/// §12.2, §15). Offers and answers are in [ExchangeRules], session timers in [SessionRules],
/// who the peer talks to in [IntroductionRules].
final class DialogRules {

    /// Longer than 64·T1, after which a transaction says that nobody answers (RFC 3261 §17.1, timers B and F).
    static final Duration TRANSACTION = Duration.ofSeconds(40);

    /// Our 200 was never acknowledged.
    static final CallEnd NO_ACK = new CallEnd(HangupCause.NETWORK_DOWN, "carrier-no-ack");

    /// Longer than any call may last; the call itself ends earlier.
    private static final Duration DIALOG = Duration.ofHours(25);
    /// Media needs milliseconds to say what it answers or offers.
    private static final Duration THOUGHT = Duration.ofSeconds(10);
    /// A peer may ask its user whether to take an offer.
    private static final Duration OFFER = Duration.ofMinutes(1);

    private DialogRules() {}

    static Duration limit(DialogState state) {
        return switch (state) {
            case Confirmed _ -> DIALOG;
            case WantingOffer _, Reanswering _ -> THOUGHT;
            case Offering _ -> OFFER;
            case AwaitingAck _, HangingUp _ -> TRANSACTION;
            case Over _ -> Duration.ZERO;
        };
    }

    static LegStep<DialogState, DialogMessage> arrived(DialogState state, DialogArrival arrival) {
        return switch (state) {
            case Live live when arrival.remoteTag().equals(live.session().remoteTag()) -> live(live, arrival);
            case HangingUp hangingUp
            when arrival.remoteTag().equals(hangingUp.remoteTag()) ->
                switch (arrival) {
                    // BYE crossed BYE: each is answered, and both are right (RFC 5407 §3.2.1).
                    case DialogArrival.Bye _, DialogArrival.ByeDone _ -> over(hangingUp.end());
                    case DialogArrival.ByeChallenged(var _, var challenges) -> challenged(hangingUp, challenges);
                    case DialogArrival.Change _,
                            DialogArrival.Changed _,
                            DialogArrival.Acknowledged _,
                            DialogArrival.NeverAcknowledged _,
                            DialogArrival.NotChanged _,
                            DialogArrival.ChangeChallenged _,
                            DialogArrival.Introduced _,
                            DialogArrival.Woken _,
                            DialogArrival.Identified _,
                            DialogArrival.Pressed _ -> after(courtesy(arrival), List.of(), LegStep.stay(state));
                };
            case Live _, HangingUp _, Over _ -> after(courtesy(arrival), List.of(), LegStep.stay(state));
        };
    }

    /// What is answered though nobody cares any more: requests get their final response, a 2xx its ACK.
    static List<DialogMessage> courtesy(DialogArrival arrival) {
        return switch (arrival) {
            case DialogArrival.Change change ->
                List.of(new DialogMessage.Refuse(change.remoteTag(), change.number(), 481));
            case DialogArrival.Changed changed ->
                changed.method() == Method.INVITE
                        ? List.of(new DialogMessage.AckReinvite(changed.remoteTag()))
                        : List.of();
            case DialogArrival.Bye _,
                    DialogArrival.ByeDone _,
                    DialogArrival.ByeChallenged _,
                    DialogArrival.Acknowledged _,
                    DialogArrival.NeverAcknowledged _,
                    DialogArrival.NotChanged _,
                    DialogArrival.ChangeChallenged _,
                    DialogArrival.Introduced _,
                    DialogArrival.Woken _,
                    DialogArrival.Identified _,
                    DialogArrival.Pressed _ -> List.of();
        };
    }

    private static LegStep<DialogState, DialogMessage> live(Live live, DialogArrival arrival) {
        return switch (arrival) {
            case DialogArrival.Bye bye -> after(ExchangeRules.lastWords(live), List.of(), over(bye.end()));
            case DialogArrival.ByeDone _, DialogArrival.ByeChallenged _ -> LegStep.stay(live);
            case DialogArrival.Change change -> ExchangeRules.change(live, change);
            case DialogArrival.Acknowledged ack -> ExchangeRules.acknowledged(live, ack);
            case DialogArrival.NeverAcknowledged _ ->
                live instanceof AwaitingAck ? hangUp(live, NO_ACK) : LegStep.stay(live);
            case DialogArrival.Changed changed ->
                switch (changed.method()) {
                    case INVITE -> ExchangeRules.answered(live, changed);
                    case UPDATE -> SessionRules.refreshed(live, changed.terms());
                };
            case DialogArrival.NotChanged refusal ->
                switch (refusal.method()) {
                    case INVITE -> ExchangeRules.refused(live, refusal);
                    case UPDATE -> SessionRules.refused(live, refusal);
                };
            case DialogArrival.ChangeChallenged(var _, var method, var challenges) ->
                switch (method) {
                    case INVITE -> ExchangeRules.challenged(live, challenges);
                    case UPDATE -> SessionRules.challenged(live, challenges);
                };
            case DialogArrival.Introduced introduced -> IntroductionRules.introduced(live, introduced);
            case DialogArrival.Woken woken -> SessionRules.woken(live, woken);
            case DialogArrival.Identified(var _, var party) ->
                LegStep.<DialogState, DialogMessage>stay(live).tell(new LegEvent.Identified(Identity.of(party)));
            case DialogArrival.Pressed(var _, var digit, var length) ->
                LegStep.<DialogState, DialogMessage>stay(live).tell(new LegEvent.Pressed(digit, length));
        };
    }

    /// Once, also while hanging up; who asks twice does not get to hear a third BYE.
    private static LegStep<DialogState, DialogMessage> challenged(HangingUp state, List<Challenge> challenges) {
        var again = new HangingUp(state.remoteTag(), state.end(), true);
        return state.challenged() || challenges.isEmpty()
                ? over(state.end())
                : LegStep.<DialogState, DialogMessage>to(again)
                        .send(new DialogMessage.AuthenticateBye(state.remoteTag(), state.end(), challenges));
    }

    static LegStep<DialogState, DialogMessage> asked(DialogState state, LegCommand command) {
        if (!(state instanceof Live live)) {
            return LegStep.stay(state);
        }
        String tag = live.session().remoteTag();
        return switch (command) {
            case LegCommand.Renegotiate _ -> ExchangeRules.renegotiate(live);
            case LegCommand.Offer(var offer) -> ExchangeRules.offer(live, offer);
            case LegCommand.Reanswer(var answer) -> ExchangeRules.reanswer(live, answer);
            case LegCommand.Decline _ -> ExchangeRules.decline(live, 488);
            case LegCommand.Press(var digit, var length) ->
                LegStep.<DialogState, DialogMessage>stay(live).send(new DialogMessage.Press(tag, digit, length));
            case LegCommand.End(var end) -> hangUp(live, end);
            case LegCommand.Identify(var who) -> IntroductionRules.introduce(live, Introduction.of(who));
            case LegCommand.Dial _, LegCommand.Ring _, LegCommand.Answer _, LegCommand.Warn _ -> LegStep.stay(live);
        };
    }

    static LegStep<DialogState, DialogMessage> overdue(DialogState state) {
        return switch (state) {
            case Confirmed confirmed -> hangUp(confirmed, CallEnd.of(HangupCause.TIME_LIMIT));
            case WantingOffer wanting -> ExchangeRules.decline(wanting, 500);
            case Reanswering reanswering -> ExchangeRules.decline(reanswering, 500);
            case Offering offering -> gone(offering, ExchangeRules.refusedWith(408));
            case AwaitingAck awaiting -> hangUp(awaiting, NO_ACK);
            case HangingUp(var _, var end, var _) -> over(end);
            case Over _ -> LegStep.stay(state);
        };
    }

    /// Ends a dialog that lives.
    static LegStep<DialogState, DialogMessage> hangUp(Live live, CallEnd end) {
        return after(
                ExchangeRules.lastWords(live), List.of(), hangUp(live.session().remoteTag(), end));
    }

    /// The peer is most likely not there any more: it gets a BYE, and nobody waits for what it says to that.
    static LegStep<DialogState, DialogMessage> gone(Live live, CallEnd end) {
        return after(ExchangeRules.lastWords(live), List.of(), over(end))
                .send(new DialogMessage.Bye(live.session().remoteTag(), end));
    }

    static LegStep<DialogState, DialogMessage> hangUp(String remoteTag, CallEnd end) {
        return LegStep.<DialogState, DialogMessage>to(new HangingUp(remoteTag, end, false))
                .send(new DialogMessage.Bye(remoteTag, end));
    }

    static LegStep<DialogState, DialogMessage> over(CallEnd end) {
        return LegStep.<DialogState, DialogMessage>to(new Over()).tell(new LegEvent.Ended(end));
    }

    /// @return `step`, with something sent and told before
    static LegStep<DialogState, DialogMessage> after(
            List<DialogMessage> messages, List<LegEvent> events, LegStep<DialogState, DialogMessage> step) {
        return new LegStep<>(
                step.next(),
                Stream.concat(messages.stream(), step.messages().stream()).toList(),
                Stream.concat(events.stream(), step.events().stream()).toList());
    }
}
