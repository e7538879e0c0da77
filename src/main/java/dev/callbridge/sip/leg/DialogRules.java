package dev.callbridge.sip.leg;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegStep;
import dev.callbridge.sip.leg.DialogState.Confirmed;
import dev.callbridge.sip.leg.DialogState.HangingUp;
import dev.callbridge.sip.leg.DialogState.Over;
import java.time.Duration;
import java.util.List;

/// What happens inside a confirmed dialog: the part of [UacLeg] and [UasLeg] that doesn't ask who called (RFC 3261
/// §15).
final class DialogRules {

    /// Longer than 64·T1, after which a transaction says that nobody answers (RFC 3261 §17.1, timers B and F).
    static final Duration TRANSACTION = Duration.ofSeconds(40);

    /// Longer than any call may last; the call itself ends earlier.
    private static final Duration DIALOG = Duration.ofHours(25);

    private DialogRules() {}

    static Duration limit(DialogState state) {
        return switch (state) {
            case Confirmed _ -> DIALOG;
            case HangingUp _ -> TRANSACTION;
            case Over _ -> Duration.ZERO;
        };
    }

    static LegStep<DialogState, DialogMessage> arrived(DialogState state, DialogArrival arrival) {
        return switch (state) {
            case Confirmed(var remoteTag) ->
                arrival instanceof DialogArrival.Bye bye && bye.remoteTag().equals(remoteTag)
                        ? over(bye.end())
                        : LegStep.stay(state);
            case HangingUp hangingUp
            when arrival.remoteTag().equals(hangingUp.remoteTag()) ->
                switch (arrival) {
                    // BYE crossed BYE: each is answered, and both are right (RFC 5407 §3.2.1).
                    case DialogArrival.Bye _, DialogArrival.ByeDone _ -> over(hangingUp.end());
                    case DialogArrival.ByeChallenged(var _, var challenges) -> challenged(hangingUp, challenges);
                };
            case HangingUp _, Over _ -> LegStep.stay(state);
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

    static LegStep<DialogState, DialogMessage> end(DialogState state, CallEnd end) {
        return state instanceof Confirmed(var remoteTag) ? hangUp(remoteTag, end) : LegStep.stay(state);
    }

    static LegStep<DialogState, DialogMessage> overdue(DialogState state) {
        return switch (state) {
            case Confirmed(var remoteTag) -> hangUp(remoteTag, CallEnd.of(HangupCause.TIME_LIMIT));
            case HangingUp(var _, var end, var _) -> over(end);
            case Over _ -> LegStep.stay(state);
        };
    }

    static LegStep<DialogState, DialogMessage> hangUp(String remoteTag, CallEnd end) {
        return LegStep.<DialogState, DialogMessage>to(new HangingUp(remoteTag, end, false))
                .send(new DialogMessage.Bye(remoteTag, end));
    }

    static LegStep<DialogState, DialogMessage> over(CallEnd end) {
        return LegStep.<DialogState, DialogMessage>to(new Over()).tell(new LegEvent.Ended(end));
    }
}
