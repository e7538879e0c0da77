package dev.callbridge.sip.leg;

import static dev.callbridge.sip.leg.DialogRules.TRANSACTION;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Leg;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegStep;
import dev.callbridge.call.Sdp;
import dev.callbridge.sip.leg.DialogState.Confirmed;
import dev.callbridge.sip.leg.DialogState.HangingUp;
import dev.callbridge.sip.leg.DialogState.Over;
import dev.callbridge.sip.leg.UacState.Attempt;
import dev.callbridge.sip.leg.UacState.Calling;
import dev.callbridge.sip.leg.UacState.Canceling;
import dev.callbridge.sip.leg.UacState.GivenUp;
import dev.callbridge.sip.leg.UacState.Idle;
import dev.callbridge.sip.leg.UacState.Proceeding;
import dev.callbridge.sip.leg.UacState.Recording;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A leg that we place on a trunk: a user agent client (RFC 3261 §13.2).
///
/// ```
/// Idle ─▶ Recording ─▶ Calling ─▶ Proceeding ─▶ Confirmed ─▶ HangingUp ─▶ Over
///            ▲            │ │         │ └─▶ Canceling ─▶ Over     ▲
///            │            │ └─▶ GivenUp ────────▲   └──(200 crossed)
///            └────────────┴───────────┘ another trunk, or a challenge
/// ```
public final class UacLeg implements Leg<UacState, UacArrival, UacMessage> {

    private static final Duration JOURNAL = Duration.ofSeconds(1);
    /// A proxy may drop an INVITE that rings longer (RFC 3261 §16.6, timer C).
    private static final Duration RINGING = Duration.ofMinutes(3);
    /// Before somebody asks us to dial.
    private static final Duration PREPARATION = Duration.ofMinutes(1);
    /// Challenges that one target may send for one call, stale ones included.
    private static final int ROUNDS = 4;

    private final int targets;

    /// @param targets how many trunks can be tried, one after the other; at least 1
    public UacLeg(int targets) {
        this.targets = targets;
    }

    @Override
    public UacState start() {
        return new Idle();
    }

    @Override
    public Duration limit(UacState state) {
        return switch (state) {
            case Idle _ -> PREPARATION;
            case Recording _ -> JOURNAL;
            case Calling _, GivenUp _, Canceling _ -> TRANSACTION;
            case Proceeding _ -> RINGING;
            case DialogState dialog -> DialogRules.limit(dialog);
        };
    }

    @Override
    public LegStep<UacState, UacMessage> arrived(UacState state, UacArrival arrival) {
        return switch (arrival) {
            case UacArrival.From(int target, var what) ->
                concerns(target, state) ? arrived(state, what) : LegStep.stay(state);
            case UacArrival.Recorded _ -> recorded(state);
            case UacArrival.NotRecorded _ ->
                state instanceof Recording ? over(CallEnd.of(HangupCause.NOT_RECORDED)) : LegStep.stay(state);
            case UacArrival.TrunkFull _ -> failed(state, CallEnd.of(HangupCause.OVERLOADED), true);
            case UacArrival.NoSign _ -> noSign(state);
            case UacArrival.Provisional(int status, var toTag, var preview) ->
                provisional(state, status, toTag, preview);
            case UacArrival.Accepted(var toTag, var answer) -> accepted(state, toTag, answer);
            case UacArrival.Challenged(int status, var challenges) -> challenged(state, status, challenges);
            case UacArrival.Rejected(int status, int q850) ->
                failed(state, SipCauses.ofFinal(status, q850, alerted(state)), SipCauses.anotherTrunkMay(status));
            case UacArrival.TimedOut _ -> failed(state, new CallEnd(HangupCause.NETWORK_DOWN, "carrier-timeout"), true);
            case UacArrival.Unreachable _ ->
                failed(state, new CallEnd(HangupCause.NETWORK_DOWN, "carrier-unreachable"), true);
            case DialogArrival inDialog ->
                switch (state) {
                    case DialogState dialog -> widen(DialogRules.arrived(dialog, inDialog));
                    case Idle _, Recording _, Calling _, Proceeding _, GivenUp _, Canceling _ -> LegStep.stay(state);
                };
        };
    }

    private static boolean concerns(int target, UacState state) {
        return switch (state) {
            case Recording(var attempt) -> attempt.target() == target;
            case Calling(var attempt) -> attempt.target() == target;
            case Proceeding proceeding -> proceeding.attempt().target() == target;
            case GivenUp(int given, var _) -> given == target;
            case Idle _, Canceling _, DialogState _ -> true;
        };
    }

    private static LegStep<UacState, UacMessage> recorded(UacState state) {
        return switch (state) {
            case Recording(var attempt) -> to(new Calling(attempt)).send(new UacMessage.Invite(attempt.target()));
            case Over _ -> LegStep.<UacState, UacMessage>stay(state).send(new UacMessage.Strike());
            case Idle _, Calling _, Proceeding _, GivenUp _, Canceling _, Confirmed _, HangingUp _ ->
                LegStep.stay(state);
        };
    }

    private static LegStep<UacState, UacMessage> provisional(
            UacState state, int status, String toTag, @Nullable Sdp preview) {
        return switch (state) {
            case Calling(var attempt) ->
                proceed(new Proceeding(attempt, false, false, Map.of()), status, toTag, preview);
            case Proceeding proceeding -> proceed(proceeding, status, toTag, preview);
            case GivenUp(var _, var end) -> to(new Canceling(end)).send(new UacMessage.Cancel(end));
            case Idle _, Recording _, Canceling _, Confirmed _, HangingUp _, Over _ -> LegStep.stay(state);
        };
    }

    private static LegStep<UacState, UacMessage> proceed(
            Proceeding before, int status, String toTag, @Nullable Sdp preview) {
        Map<String, Sdp> previews = new HashMap<>(before.previews());
        if (status == 199) {
            // That early dialog is gone (RFC 6228).
            previews.remove(toTag);
        } else if (preview != null) {
            previews.put(toTag, preview);
        }
        boolean rings = status >= 180 && status <= 182;
        var next = to(new Proceeding(
                before.attempt(), before.alerted() || status > 100, before.ringing() || rings, previews));
        return rings && !before.ringing() ? next.tell(new LegEvent.Ringing()) : next;
    }

    private static LegStep<UacState, UacMessage> accepted(UacState state, String toTag, @Nullable Sdp answer) {
        return switch (state) {
            case Calling _ -> confirmed(toTag, answer);
            // A 2xx without a description: what this dialog said before was the answer (RFC 3262 §5, RFC 6337 §2).
            case Proceeding proceeding ->
                confirmed(toTag, answer == null ? proceeding.previews().get(toTag) : answer);
            case GivenUp(var _, var end) -> hangUpAtOnce(toTag, end);
            case Canceling(var end) -> hangUpAtOnce(toTag, end);
            case Confirmed(var confirmed) -> again(state, confirmed, toTag);
            case HangingUp(var confirmed, var _, var _) -> again(state, confirmed, toTag);
            // A straggler: of a target that was left for another, or of a call that was long given up.
            case Recording _, Over _ -> again(state, "", toTag);
            case Idle _ -> LegStep.stay(state);
        };
    }

    private static LegStep<UacState, UacMessage> confirmed(String toTag, @Nullable Sdp answer) {
        return answer == null || answer.text().isBlank()
                ? hangUpAtOnce(toTag, new CallEnd(HangupCause.MEDIA_FAILED, "carrier-no-sdp"))
                : to(new Confirmed(toTag)).send(new UacMessage.Ack(toTag)).tell(new LegEvent.Answered(answer));
    }

    private static LegStep<UacState, UacMessage> hangUpAtOnce(String toTag, CallEnd end) {
        return to(new HangingUp(toTag, end, false))
                .send(new UacMessage.Ack(toTag))
                .send(new DialogMessage.Bye(toTag, end));
    }

    /// Our ACK was lost, or another branch of a forked INVITE answered too (RFC 3261 §13.2.2.4).
    private static LegStep<UacState, UacMessage> again(UacState state, String confirmed, String toTag) {
        var acknowledged = LegStep.<UacState, UacMessage>stay(state).send(new UacMessage.Ack(toTag));
        return toTag.equals(confirmed)
                ? acknowledged
                : acknowledged.send(new DialogMessage.Bye(toTag, CallEnd.of(HangupCause.ANSWERED_ELSEWHERE)));
    }

    private LegStep<UacState, UacMessage> challenged(UacState state, int status, List<Challenge> challenges) {
        return switch (state) {
            case Calling(var attempt) -> answerChallenge(state, attempt, status, challenges);
            case Proceeding proceeding -> answerChallenge(state, proceeding.attempt(), status, challenges);
            case GivenUp(var _, var end) -> over(end);
            case Canceling(var end) -> over(end);
            case Idle _, Recording _, Confirmed _, HangingUp _, Over _ -> LegStep.stay(state);
        };
    }

    /// Once per realm, and again when only the nonce was too old (RFC 3261 §22.2).
    private LegStep<UacState, UacMessage> answerChallenge(
            UacState state, Attempt attempt, int status, List<Challenge> challenges) {
        boolean sensible = !challenges.isEmpty()
                && attempt.round() < ROUNDS
                && challenges.stream()
                        .allMatch(each -> each.stale() || !attempt.realms().contains(each.realm()));
        if (!sensible) {
            return failed(state, SipCauses.ofFinal(status, 0, false), true);
        }
        List<String> realms = Stream.concat(
                        attempt.realms().stream(), challenges.stream().map(Challenge::realm))
                .distinct()
                .toList();
        return to(new Recording(new Attempt(attempt.target(), realms, attempt.round() + 1)))
                .send(new UacMessage.WriteDown(attempt.target(), challenges));
    }

    /// @param elsewhere whether another trunk may do better
    private LegStep<UacState, UacMessage> failed(UacState state, CallEnd why, boolean elsewhere) {
        return switch (state) {
            case Calling(var attempt) -> next(attempt, why, elsewhere);
            case Proceeding proceeding -> next(proceeding.attempt(), why, elsewhere && !proceeding.alerted());
            case GivenUp(var _, var end) -> over(end);
            case Canceling(var end) -> over(end);
            case Idle _, Recording _, Confirmed _, HangingUp _, Over _ -> LegStep.stay(state);
        };
    }

    private LegStep<UacState, UacMessage> next(Attempt attempt, CallEnd why, boolean elsewhere) {
        int target = attempt.target() + 1;
        return elsewhere && target < targets
                ? to(new Recording(Attempt.first(target))).send(new UacMessage.WriteDown(target, List.of()))
                : over(why);
    }

    /// Too early to fail, and long enough to try the next trunk, if there is one.
    private LegStep<UacState, UacMessage> noSign(UacState state) {
        return state instanceof Calling(var attempt) && attempt.target() + 1 < targets
                ? next(attempt, CallEnd.of(HangupCause.NETWORK_DOWN), true)
                : LegStep.stay(state);
    }

    private static boolean alerted(UacState state) {
        return state instanceof Proceeding proceeding && proceeding.alerted();
    }

    @Override
    public LegStep<UacState, UacMessage> asked(UacState state, LegCommand command) {
        return switch (command) {
            case LegCommand.Dial(var parties, var offer) ->
                state instanceof Idle
                        ? to(new Recording(Attempt.first(0)))
                                .send(new UacMessage.Prepare(parties, offer))
                                .send(new UacMessage.WriteDown(0, List.of()))
                        : LegStep.stay(state);
            case LegCommand.End(var end) -> end(state, end);
            case LegCommand.Ring _, LegCommand.Answer _ -> LegStep.stay(state);
            case LegCommand.Renegotiate _,
                    LegCommand.Offer _,
                    LegCommand.Reanswer _,
                    LegCommand.Decline _,
                    LegCommand.Identify _,
                    LegCommand.Press _,
                    LegCommand.Warn _ -> LegStep.stay(state);
        };
    }

    @Override
    public LegStep<UacState, UacMessage> overdue(UacState state) {
        return switch (state) {
            case Idle _ -> over(CallEnd.of(HangupCause.FAILED));
            case Recording _ -> over(CallEnd.of(HangupCause.NOT_RECORDED));
            case Calling _ -> failed(state, new CallEnd(HangupCause.NETWORK_DOWN, "carrier-timeout"), false);
            case Proceeding _ -> end(state, CallEnd.of(HangupCause.NO_ANSWER));
            case GivenUp(var _, var end) -> over(end);
            case Canceling(var end) -> over(end);
            case DialogState dialog -> widen(DialogRules.overdue(dialog));
        };
    }

    private static LegStep<UacState, UacMessage> end(UacState state, CallEnd end) {
        return switch (state) {
            case Idle _, Recording _ -> over(end);
            case Calling(var attempt) -> to(new GivenUp(attempt.target(), end));
            case Proceeding _ -> to(new Canceling(end)).send(new UacMessage.Cancel(end));
            case GivenUp _, Canceling _ -> LegStep.stay(state);
            case DialogState dialog -> widen(DialogRules.end(dialog, end));
        };
    }

    private static LegStep<UacState, UacMessage> over(CallEnd end) {
        return to(new Over()).tell(new LegEvent.Ended(end));
    }

    private static LegStep<UacState, UacMessage> to(UacState next) {
        return LegStep.to(next);
    }

    private static LegStep<UacState, UacMessage> widen(LegStep<DialogState, DialogMessage> step) {
        return new LegStep<>(step.next(), List.copyOf(step.messages()), step.events());
    }
}
