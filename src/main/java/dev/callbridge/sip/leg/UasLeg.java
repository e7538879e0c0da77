package dev.callbridge.sip.leg;

import static dev.callbridge.sip.leg.DialogRules.TRANSACTION;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Leg;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegStep;
import dev.callbridge.call.Parties;
import dev.callbridge.call.Sdp;
import dev.callbridge.sip.leg.DialogState.Confirmed;
import dev.callbridge.sip.leg.DialogState.Over;
import dev.callbridge.sip.leg.UasState.Answering;
import dev.callbridge.sip.leg.UasState.GivenUp;
import dev.callbridge.sip.leg.UasState.Idle;
import dev.callbridge.sip.leg.UasState.Incoming;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A leg that came in from a trunk: a user agent server (RFC 3261 §13.3).
///
/// ```
/// Idle ─▶ Incoming ─▶ Answering ─▶ Confirmed ─▶ HangingUp ─▶ Over
///            │            └─▶ GivenUp ─(ACK)───────▲          ▲
///            └──────────────── refused, or canceled ──────────┘
/// ```
public final class UasLeg implements Leg<UasState, UasArrival, UasMessage> {

    private static final CallEnd NO_ACK = new CallEnd(HangupCause.NETWORK_DOWN, "carrier-no-ack");
    /// Before the INVITE is delivered, which is the next thing that happens.
    private static final Duration OPENING = Duration.ofSeconds(10);
    /// A proxy may drop an INVITE that rings longer (RFC 3261 §16.6, timer C); the call gives up earlier.
    private static final Duration RINGING = Duration.ofMinutes(3).plusSeconds(10);

    @Override
    public UasState start() {
        return new Idle();
    }

    @Override
    public Duration limit(UasState state) {
        return switch (state) {
            case Idle _ -> OPENING;
            case Incoming _ -> RINGING;
            case Answering _, GivenUp _ -> TRANSACTION;
            case DialogState dialog -> DialogRules.limit(dialog);
        };
    }

    @Override
    public LegStep<UasState, UasMessage> arrived(UasState state, UasArrival arrival) {
        return switch (arrival) {
            case UasArrival.Invite invite -> state instanceof Idle ? incoming(invite) : LegStep.stay(state);
            case UasArrival.RingsOn _ ->
                state instanceof Incoming
                        ? LegStep.<UasState, UasMessage>stay(state).send(new UasMessage.Ringing())
                        : LegStep.stay(state);
            case UasArrival.Cancel(boolean elsewhere) -> canceled(state, elsewhere);
            case UasArrival.Ack _ -> acknowledged(state);
            case UasArrival.AckTimedOut _ -> neverAcknowledged(state);
            case DialogArrival inDialog -> inDialog(state, inDialog);
        };
    }

    /// The first [UasArrival.RingsOn] follows at once: a call that refuses has done so by then, and nobody hears it
    /// ring.
    private static LegStep<UasState, UasMessage> incoming(UasArrival.Invite invite) {
        return to(new Incoming(invite.remoteTag()))
                .tell(new LegEvent.Offered(Parties.of(invite.caller(), invite.callee()), invite.offer()));
    }

    /// Once our 200 is out, a CANCEL changes nothing: the caller will acknowledge and hang up (RFC 3261 §9.2).
    private static LegStep<UasState, UasMessage> canceled(UasState state, boolean answeredElsewhere) {
        return state instanceof Incoming || state instanceof Idle
                ? over(CallEnd.of(answeredElsewhere ? HangupCause.ANSWERED_ELSEWHERE : HangupCause.CANCELED))
                        .send(new UasMessage.Canceled())
                : LegStep.stay(state);
    }

    private static LegStep<UasState, UasMessage> acknowledged(UasState state) {
        return switch (state) {
            case Answering(var remoteTag) -> to(new Confirmed(remoteTag));
            case GivenUp(var remoteTag, var end) -> widen(DialogRules.hangUp(remoteTag, end));
            case Idle _, Incoming _, DialogState _ -> LegStep.stay(state);
        };
    }

    private static LegStep<UasState, UasMessage> neverAcknowledged(UasState state) {
        return switch (state) {
            case Answering(var remoteTag) -> widen(DialogRules.hangUp(remoteTag, NO_ACK));
            case GivenUp(var remoteTag, var end) -> widen(DialogRules.hangUp(remoteTag, end));
            case Idle _, Incoming _, DialogState _ -> LegStep.stay(state);
        };
    }

    private static LegStep<UasState, UasMessage> inDialog(UasState state, DialogArrival arrival) {
        return switch (state) {
            // BYE says that our 200 came through, even if the ACK did not.
            case Answering(var remoteTag) -> {
                DialogArrival.Bye bye = byeOf(arrival, remoteTag);
                yield bye == null ? LegStep.stay(state) : over(bye.end());
            }
            case GivenUp(var remoteTag, var end) -> byeOf(arrival, remoteTag) == null ? LegStep.stay(state) : over(end);
            // A BYE in an early dialog ends it; the INVITE still wants its response (RFC 3261 §15.1.2).
            case Incoming(var remoteTag) ->
                byeOf(arrival, remoteTag) == null
                        ? LegStep.stay(state)
                        : over(CallEnd.of(HangupCause.CANCELED)).send(new UasMessage.Canceled());
            case Idle _ -> LegStep.stay(state);
            case DialogState dialog -> widen(DialogRules.arrived(dialog, arrival));
        };
    }

    /// @return the BYE, if it is one and of this dialog
    private static DialogArrival.@Nullable Bye byeOf(DialogArrival arrival, String remoteTag) {
        return arrival instanceof DialogArrival.Bye bye && bye.remoteTag().equals(remoteTag) ? bye : null;
    }

    @Override
    public LegStep<UasState, UasMessage> asked(UasState state, LegCommand command) {
        return switch (command) {
            case LegCommand.Answer(var answer) -> answer(state, answer);
            case LegCommand.End(var end) -> end(state, end);
            // The caller has heard it ring since its INVITE came.
            case LegCommand.Ring _, LegCommand.Dial _ -> LegStep.stay(state);
            case LegCommand.Renegotiate _,
                    LegCommand.Offer _,
                    LegCommand.Reanswer _,
                    LegCommand.Decline _,
                    LegCommand.Identify _,
                    LegCommand.Press _,
                    LegCommand.Warn _ -> LegStep.stay(state);
        };
    }

    private static LegStep<UasState, UasMessage> answer(UasState state, Sdp answer) {
        return state instanceof Incoming(var remoteTag)
                ? to(new Answering(remoteTag)).send(new UasMessage.Answer(answer))
                : LegStep.stay(state);
    }

    @Override
    public LegStep<UasState, UasMessage> overdue(UasState state) {
        return switch (state) {
            case Idle _ -> end(state, CallEnd.of(HangupCause.FAILED));
            case Incoming _ -> end(state, CallEnd.of(HangupCause.NO_ANSWER));
            case Answering _, GivenUp _ -> neverAcknowledged(state);
            case DialogState dialog -> widen(DialogRules.overdue(dialog));
        };
    }

    private static LegStep<UasState, UasMessage> end(UasState state, CallEnd end) {
        return switch (state) {
            case Idle _, Incoming _ -> over(end).send(new UasMessage.Refuse(end));
            case Answering(var remoteTag) -> to(new GivenUp(remoteTag, end));
            case GivenUp _ -> LegStep.stay(state);
            case DialogState dialog -> widen(DialogRules.end(dialog, end));
        };
    }

    private static LegStep<UasState, UasMessage> over(CallEnd end) {
        return to(new Over()).tell(new LegEvent.Ended(end));
    }

    private static LegStep<UasState, UasMessage> to(UasState next) {
        return LegStep.to(next);
    }

    private static LegStep<UasState, UasMessage> widen(LegStep<DialogState, DialogMessage> step) {
        return new LegStep<>(step.next(), List.copyOf(step.messages()), step.events());
    }
}
