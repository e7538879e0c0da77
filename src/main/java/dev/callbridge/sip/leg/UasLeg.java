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

    private static final CallEnd NO_PRACK = new CallEnd(HangupCause.NETWORK_DOWN, "carrier-no-prack");
    /// Before the INVITE is delivered, which is the next thing that happens.
    private static final Duration OPENING = Duration.ofSeconds(10);
    /// A proxy may drop an INVITE that rings longer (RFC 3261 §16.6, timer C); the call gives up earlier.
    private static final Duration RINGING = Duration.ofMinutes(3).plusSeconds(10);

    private final Duration sessionExpires;

    /// @param sessionExpires how long a session lives without a refresh where the caller doesn't say it; zero:
    /// for ever
    public UasLeg(Duration sessionExpires) {
        this.sessionExpires = sessionExpires;
    }

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
            case UasArrival.RingsOn _ -> ringsOn(state);
            case UasArrival.Cancel(boolean elsewhere) -> canceled(state, elsewhere);
            case UasArrival.PrackTimedOut _ -> state instanceof Incoming ? end(state, NO_PRACK) : LegStep.stay(state);
            case UasArrival.Ack(var answer) -> acknowledged(state, answer);
            case UasArrival.AckTimedOut _ -> neverAcknowledged(state);
            case DialogArrival inDialog -> inDialog(state, inDialog);
        };
    }

    /// The first [UasArrival.RingsOn] follows at once: a call that refuses has done so by then, and nobody
    /// hears it
    /// ring.
    private static LegStep<UasState, UasMessage> incoming(UasArrival.Invite invite) {
        return to(new Incoming(invite.remoteTag(), invite.offer() == null, invite.reliably(), invite.terms(), null))
                .tell(new LegEvent.Offered(Parties.of(invite.caller(), invite.callee()), invite.offer()));
    }

    /// A reliable response to an INVITE without an offer would have to bring ours, which nobody has yet (RFC
    /// 3262 §5).
    private static LegStep<UasState, UasMessage> ringsOn(UasState state) {
        return state instanceof Incoming incoming && !(incoming.offerless() && incoming.reliably())
                ? LegStep.<UasState, UasMessage>stay(state).send(new UasMessage.Ringing(incoming.reliably()))
                : LegStep.stay(state);
    }

    /// Once our 200 is out, a CANCEL changes nothing: the caller will acknowledge and hang up (RFC 3261 §9.2).
    private static LegStep<UasState, UasMessage> canceled(UasState state, boolean answeredElsewhere) {
        return state instanceof Incoming || state instanceof Idle
                ? over(CallEnd.of(answeredElsewhere ? HangupCause.ANSWERED_ELSEWHERE : HangupCause.CANCELED))
                        .send(new UasMessage.Canceled())
                : LegStep.stay(state);
    }

    private static LegStep<UasState, UasMessage> acknowledged(UasState state, @Nullable Sdp answer) {
        return switch (state) {
            case Answering(var session, boolean offered) -> {
                if (offered && answer == null) {
                    yield widen(DialogRules.hangUp(session.remoteTag(), ExchangeRules.NO_ANSWER_IN_ACK));
                }
                List<LegEvent> news = offered && answer != null ? List.of(new LegEvent.Reanswered(answer)) : List.of();
                yield widen(ExchangeRules.settle(new Confirmed(session), List.of(), news));
            }
            case GivenUp(var remoteTag, var end) -> widen(DialogRules.hangUp(remoteTag, end));
            case Idle _, Incoming _, DialogState _ -> LegStep.stay(state);
        };
    }

    private static LegStep<UasState, UasMessage> neverAcknowledged(UasState state) {
        return switch (state) {
            case Answering(var session, var _) -> widen(DialogRules.hangUp(session.remoteTag(), DialogRules.NO_ACK));
            case GivenUp(var remoteTag, var end) -> widen(DialogRules.hangUp(remoteTag, end));
            case Idle _, Incoming _, DialogState _ -> LegStep.stay(state);
        };
    }

    private static LegStep<UasState, UasMessage> inDialog(UasState state, DialogArrival arrival) {
        if (state instanceof DialogState dialog) {
            return widen(DialogRules.arrived(dialog, arrival));
        }
        String remoteTag = remoteTag(state);
        if (!arrival.remoteTag().equals(remoteTag)) {
            return new LegStep<>(state, List.copyOf(DialogRules.courtesy(arrival)), List.of());
        }
        return switch (arrival) {
            case DialogArrival.Bye bye -> hungUp(state, bye);
            case DialogArrival.Change change -> change(state, change);
            case DialogArrival.ByeDone _,
                    DialogArrival.ByeChallenged _,
                    DialogArrival.Acknowledged _,
                    DialogArrival.NeverAcknowledged _,
                    DialogArrival.Changed _,
                    DialogArrival.NotChanged _,
                    DialogArrival.ChangeChallenged _,
                    DialogArrival.Introduced _,
                    DialogArrival.Woken _,
                    DialogArrival.Identified _,
                    DialogArrival.Pressed _ ->
                new LegStep<>(state, List.copyOf(DialogRules.courtesy(arrival)), List.of());
        };
    }

    private static String remoteTag(UasState state) {
        return switch (state) {
            case Incoming incoming -> incoming.remoteTag();
            case Answering(var session, var _) -> session.remoteTag();
            case GivenUp(var remoteTag, var _) -> remoteTag;
            case Idle _, DialogState _ -> "";
        };
    }

    private static LegStep<UasState, UasMessage> hungUp(UasState state, DialogArrival.Bye bye) {
        return switch (state) {
            // BYE says that our 200 came through, even if the ACK did not.
            case Answering _ -> over(bye.end());
            case GivenUp(var _, var end) -> over(end);
            // A BYE in an early dialog ends it; the INVITE still wants its response (RFC 3261 §15.1.2).
            case Incoming _ -> over(CallEnd.of(HangupCause.CANCELED)).send(new UasMessage.Canceled());
            case Idle _, DialogState _ -> LegStep.stay(state);
        };
    }

    private static LegStep<UasState, UasMessage> change(UasState state, DialogArrival.Change change) {
        boolean harmless = change.method() == Method.UPDATE && change.offer() == null;
        var accept = new DialogMessage.Accept(change.remoteTag(), change.number(), null, null);
        return switch (state) {
            // We owe an answer to the INVITE (RFC 3311 §5.2, RFC 3261 §14.2).
            case Incoming _ -> LegStep.<UasState, UasMessage>stay(state).send(harmless ? accept : refuse(change, 500));
            // The ACK got lost, or is still under way (RFC 5407 §3.1.4, §3.1.5).
            case Answering(var session, boolean offered) -> {
                if (!offered) {
                    yield widen(DialogRules.arrived(new Confirmed(session), change));
                }
                yield LegStep.<UasState, UasMessage>stay(state).send(harmless ? accept : refuse(change, 491));
            }
            case GivenUp _, Idle _, DialogState _ ->
                LegStep.<UasState, UasMessage>stay(state).send(refuse(change, 481));
        };
    }

    private static UasMessage refuse(DialogArrival.Change change, int status) {
        return new DialogMessage.Refuse(change.remoteTag(), change.number(), status);
    }

    @Override
    public LegStep<UasState, UasMessage> asked(UasState state, LegCommand command) {
        return switch (command) {
            case LegCommand.Answer(var answer) -> answer(state, answer);
            case LegCommand.End(var end) -> end(state, end);
            // The caller has heard it ring since its INVITE came.
            case LegCommand.Ring _, LegCommand.Dial _ -> LegStep.stay(state);
            case LegCommand.Identify(var who) -> introduce(state, command, Introduction.of(who));
            case LegCommand.Renegotiate _,
                    LegCommand.Offer _,
                    LegCommand.Reanswer _,
                    LegCommand.Decline _,
                    LegCommand.Press _,
                    LegCommand.Warn _ ->
                switch (state) {
                    case DialogState dialog -> widen(DialogRules.asked(dialog, command));
                    case Answering answering when command instanceof LegCommand.Renegotiate -> outdated(answering);
                    case Idle _, Incoming _, Answering _, GivenUp _ -> LegStep.stay(state);
                };
        };
    }

    /// The new offer goes out behind the ACK.
    private static LegStep<UasState, UasMessage> outdated(Answering state) {
        Session session = state.session();
        return to(new Answering(session.planning(session.plans().offer(true)), state.offered()));
    }

    /// Before the dialog is confirmed it waits: the first UPDATE goes out behind the ACK.
    private static LegStep<UasState, UasMessage> introduce(UasState state, LegCommand command, Introduction who) {
        return switch (state) {
            case DialogState dialog -> widen(DialogRules.asked(dialog, command));
            case Incoming incoming -> to(incoming.introducing(who));
            case Answering(var session, boolean offered) ->
                to(new Answering(session.planning(session.plans().introduction(who)), offered));
            case Idle _, GivenUp _ -> LegStep.stay(state);
        };
    }

    private LegStep<UasState, UasMessage> answer(UasState state, Sdp answer) {
        if (!(state instanceof Incoming incoming)) {
            return LegStep.stay(state);
        }
        Session opened = Session.of(incoming.remoteTag(), incoming.terms());
        SessionRules.Agreed agreed = SessionRules.opened(
                opened.planning(opened.plans().introduction(incoming.introduction())),
                incoming.terms().interval(),
                sessionExpires);
        LegStep<UasState, UasMessage> step = to(new Answering(agreed.session(), incoming.offerless()))
                .send(new UasMessage.Answer(answer, agreed.written()));
        for (DialogMessage alarm : agreed.alarms()) {
            step = step.send(alarm);
        }
        return step;
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
            case Answering(var session, var _) -> to(new GivenUp(session.remoteTag(), end));
            case GivenUp _ -> LegStep.stay(state);
            case DialogState dialog -> widen(DialogRules.asked(dialog, new LegCommand.End(end)));
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
