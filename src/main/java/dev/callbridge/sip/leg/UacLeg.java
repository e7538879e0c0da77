package dev.callbridge.sip.leg;

import static dev.callbridge.sip.leg.DialogRules.TRANSACTION;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Leg;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegStep;
import dev.callbridge.call.Sdp;
import dev.callbridge.sip.leg.DialogState.Asked;
import dev.callbridge.sip.leg.DialogState.Confirmed;
import dev.callbridge.sip.leg.DialogState.HangingUp;
import dev.callbridge.sip.leg.DialogState.Live;
import dev.callbridge.sip.leg.DialogState.Over;
import dev.callbridge.sip.leg.SipCauses.Remedy;
import dev.callbridge.sip.leg.UacState.Attempt;
import dev.callbridge.sip.leg.UacState.Calling;
import dev.callbridge.sip.leg.UacState.Canceling;
import dev.callbridge.sip.leg.UacState.Early;
import dev.callbridge.sip.leg.UacState.GivenUp;
import dev.callbridge.sip.leg.UacState.Idle;
import dev.callbridge.sip.leg.UacState.Moving;
import dev.callbridge.sip.leg.UacState.Proceeding;
import dev.callbridge.sip.leg.UacState.Recording;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A leg that we place on a trunk: a user agent client (RFC 3261 §13.2).
///
/// ```
/// Idle ─▶ Recording ─▶ Calling ─▶ Proceeding ─▶ Confirmed ─▶ HangingUp ─▶ Over
///            ▲            │ │         │ └─▶ Canceling ─▶ Over     ▲
///            │            │ └─▶ GivenUp ────────▲   └──(200 crossed)
///            ├────────────┴───────────┘ another trunk, or a challenge
///            └─ Moving ◀──┘ another trunk that needs another offer
/// ```
public final class UacLeg implements Leg<UacState, UacArrival, UacMessage> {

    private static final Duration JOURNAL = Duration.ofSeconds(1);
    /// A proxy may drop an INVITE that rings longer (RFC 3261 §16.6, timer C).
    private static final Duration RINGING = Duration.ofMinutes(3);
    /// Before somebody asks us to dial.
    private static final Duration PREPARATION = Duration.ofMinutes(1);
    /// Challenges that one target may send for one call, stale ones included.
    private static final int ROUNDS = 4;

    /// 422 that are heeded for one call (RFC 4028 §7.3).
    private static final int RAISES = 2;

    private final List<UacTarget> targets;

    /// @param targets what can be tried, one after the other; at least one
    public UacLeg(List<UacTarget> targets) {
        this.targets = List.copyOf(targets);
    }

    @Override
    public UacState start() {
        return new Idle();
    }

    @Override
    public Duration limit(UacState state) {
        return switch (state) {
            case Idle _ -> PREPARATION;
            case Recording _, Moving _ -> JOURNAL;
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
            case UacArrival.TrunkFull _ -> failed(state, CallEnd.of(HangupCause.OVERLOADED), Remedy.ANOTHER_TRUNK);
            case UacArrival.NoSign _ -> noSign(state);
            case UacArrival.Provisional provisional -> provisional(state, provisional);
            case UacArrival.Accepted accepted -> accepted(state, accepted);
            case UacArrival.Challenged(int status, var challenges) -> challenged(state, status, challenges);
            case UacArrival.IntervalTooSmall(var least) -> intervalTooSmall(state, least);
            case UacArrival.Rejected(int status, int q850) ->
                failed(state, SipCauses.ofFinal(status, q850, alerted(state)), SipCauses.remedy(status));
            case UacArrival.TimedOut _ ->
                failed(state, new CallEnd(HangupCause.NETWORK_DOWN, "carrier-timeout"), Remedy.ANOTHER_TRUNK);
            case UacArrival.Unreachable _ ->
                failed(state, new CallEnd(HangupCause.NETWORK_DOWN, "carrier-unreachable"), Remedy.ANOTHER_TRUNK);
            case DialogArrival inDialog ->
                switch (state) {
                    case DialogState dialog -> widen(DialogRules.arrived(dialog, inDialog));
                    case Proceeding proceeding
                    when inDialog instanceof DialogArrival.Change change -> EarlyRules.change(proceeding, change);
                    case Idle _, Moving _, Recording _, Calling _, Proceeding _, GivenUp _, Canceling _ ->
                        new LegStep<>(state, List.copyOf(DialogRules.courtesy(inDialog)), List.of());
                };
        };
    }

    private static boolean concerns(int target, UacState state) {
        return switch (state) {
            case Moving(int next, var _) -> next == target;
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
            case Idle _, Moving _, Calling _, Proceeding _, GivenUp _, Canceling _, Live _, HangingUp _ ->
                LegStep.stay(state);
        };
    }

    private LegStep<UacState, UacMessage> provisional(UacState state, UacArrival.Provisional response) {
        return switch (state) {
            case Calling(var attempt) ->
                EarlyRules.provisional(Proceeding.first(attempt), earlyMedia(attempt), response);
            case Proceeding proceeding ->
                EarlyRules.provisional(proceeding, earlyMedia(proceeding.attempt()), response);
            case GivenUp(var _, var end) -> to(new Canceling(end)).send(new UacMessage.Cancel(end));
            case Idle _, Moving _, Recording _, Canceling _, Live _, HangingUp _, Over _ -> LegStep.stay(state);
        };
    }

    private EarlyMedia earlyMedia(Attempt attempt) {
        return targets.get(attempt.target()).earlyMedia();
    }

    private static LegStep<UacState, UacMessage> accepted(UacState state, UacArrival.Accepted accepted) {
        String toTag = accepted.toTag();
        return switch (state) {
            case Calling(var attempt) -> confirmed(attempt, accepted, accepted.answer(), null, Session.Plans.NONE);
            case Proceeding proceeding -> {
                Early early = proceeding.early().getOrDefault(toTag, Early.UNKNOWN);
                // A 2xx without a description: what this dialog said before was the answer (RFC 3262 §5, RFC
                // 6337 §2).
                Sdp answer = accepted.answer() == null ? early.preview() : accepted.answer();
                yield after(
                        EarlyRules.lastWords(proceeding, toTag),
                        confirmed(
                                proceeding.attempt(),
                                accepted,
                                answer,
                                early.asked(),
                                Session.Plans.NONE
                                        .offer(proceeding.outdated())
                                        .introduction(proceeding.introduction())));
            }
            case GivenUp(var _, var end) -> hangUpAtOnce(toTag, end);
            case Canceling(var end) -> hangUpAtOnce(toTag, end);
            case Live live -> again(state, live.session().remoteTag(), toTag);
            case HangingUp(var confirmed, var _, var _) -> again(state, confirmed, toTag);
            // A straggler: of a target that was left for another, or of a call that was long given up.
            case Moving _, Recording _, Over _ -> again(state, "", toTag);
            case Idle _ -> LegStep.stay(state);
        };
    }

    /// @param asked an UPDATE that has no response yet
    /// @param plans what has to be sent next
    private static LegStep<UacState, UacMessage> confirmed(
            Attempt attempt,
            UacArrival.Accepted accepted,
            @Nullable Sdp answer,
            @Nullable Asked asked,
            Session.Plans plans) {
        if (answer == null || answer.text().isBlank()) {
            return hangUpAtOnce(accepted.toTag(), new CallEnd(HangupCause.MEDIA_FAILED, "carrier-no-sdp"));
        }
        Session opened = Session.of(accepted.toTag(), accepted.terms())
                .planning(plans)
                .timed(SessionTimer.OFF.atLeast(attempt.interval()));
        SessionRules.Agreed agreed =
                SessionRules.granted(opened, accepted.terms().interval());
        Live live =
                asked == null ? new Confirmed(agreed.session()) : new DialogState.Reanswering(agreed.session(), asked);
        var step = ExchangeRules.settle(live, agreed.alarms(), List.of(new LegEvent.Answered(answer)));
        return after(List.of(new UacMessage.Ack(accepted.toTag())), widen(step));
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
            case Idle _, Moving _, Recording _, Live _, HangingUp _, Over _ -> LegStep.stay(state);
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
            return failed(state, SipCauses.ofFinal(status, 0, false), Remedy.ANOTHER_TRUNK);
        }
        List<String> realms = Stream.concat(
                        attempt.realms().stream(), challenges.stream().map(Challenge::realm))
                .distinct()
                .toList();
        var again = new Attempt(attempt.target(), realms, attempt.round() + 1, attempt.interval(), attempt.raises());
        return to(new Recording(again)).send(new UacMessage.WriteDown(again.target(), challenges, again.interval()));
    }

    private LegStep<UacState, UacMessage> intervalTooSmall(UacState state, Duration least) {
        return switch (state) {
            case Calling(var attempt) -> raise(state, attempt, least);
            case Proceeding proceeding -> raise(state, proceeding.attempt(), least);
            case GivenUp(var _, var end) -> over(end);
            case Canceling(var end) -> over(end);
            case Idle _, Moving _, Recording _, Live _, HangingUp _, Over _ -> LegStep.stay(state);
        };
    }

    private LegStep<UacState, UacMessage> raise(UacState state, Attempt attempt, Duration least) {
        if (attempt.raises() == RAISES || least.compareTo(attempt.interval()) <= 0) {
            return failed(state, SipCauses.ofFinal(422, 0, false), Remedy.NONE);
        }
        var again = new Attempt(attempt.target(), attempt.realms(), attempt.round(), least, attempt.raises() + 1);
        return to(new Recording(again)).send(new UacMessage.WriteDown(again.target(), List.of(), least));
    }

    private LegStep<UacState, UacMessage> failed(UacState state, CallEnd why, Remedy remedy) {
        return switch (state) {
            case Calling(var attempt) -> next(attempt.target(), why, remedy);
            case Proceeding proceeding ->
                after(
                        EarlyRules.lastWords(proceeding, ""),
                        next(proceeding.attempt().target(), why, proceeding.alerted() ? Remedy.NONE : remedy));
            case GivenUp(var _, var end) -> over(end);
            case Canceling(var end) -> over(end);
            case Idle _, Moving _, Recording _, Live _, HangingUp _, Over _ -> LegStep.stay(state);
        };
    }

    private LegStep<UacState, UacMessage> next(int failed, CallEnd why, Remedy remedy) {
        OptionalInt next = UacTarget.after(failed, targets, remedy);
        if (next.isEmpty()) {
            return over(why);
        }
        int target = next.getAsInt();
        int media = targets.get(target).media();
        return media == targets.get(failed).media()
                ? to(new Recording(Attempt.first(target))).send(writeDown(target))
                : to(new Moving(target, why)).send(new UacMessage.Leave()).tell(new LegEvent.Moved(media));
    }

    /// Too early to fail, and long enough to try the next trunk, if there is one.
    private LegStep<UacState, UacMessage> noSign(UacState state) {
        return state instanceof Calling(var attempt)
                        && UacTarget.after(attempt.target(), targets, Remedy.ANOTHER_TRUNK)
                                .isPresent()
                ? next(attempt.target(), CallEnd.of(HangupCause.NETWORK_DOWN), Remedy.ANOTHER_TRUNK)
                : LegStep.stay(state);
    }

    /// The offer for the place that we moved to, or none.
    private LegStep<UacState, UacMessage> offered(Moving state, @Nullable Sdp offer) {
        int target = state.target();
        return offer == null
                ? next(target, state.why(), Remedy.ANOTHER_TRUNK)
                : to(new Recording(Attempt.first(target)))
                        .send(new UacMessage.Renew(offer))
                        .send(writeDown(target));
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
                                .send(writeDown(0))
                        : LegStep.stay(state);
            case LegCommand.End(var end) -> end(state, end);
            case LegCommand.Ring _, LegCommand.Answer _, LegCommand.Warn _ -> LegStep.stay(state);
            case LegCommand.Renegotiate _,
                    LegCommand.Offer _,
                    LegCommand.Reanswer _,
                    LegCommand.Decline _,
                    LegCommand.Identify _,
                    LegCommand.Press _ ->
                switch (state) {
                    case DialogState dialog -> widen(DialogRules.asked(dialog, command));
                    case Proceeding proceeding -> askedEarly(proceeding, command);
                    case Moving moving when command instanceof LegCommand.Offer(var offer) -> offered(moving, offer);
                    case Moving moving when command instanceof LegCommand.Decline -> offered(moving, null);
                    case Idle _, Moving _, Recording _, Calling _, GivenUp _, Canceling _ -> LegStep.stay(state);
                };
        };
    }

    private static LegStep<UacState, UacMessage> askedEarly(Proceeding state, LegCommand command) {
        return switch (command) {
            case LegCommand.Renegotiate _ -> to(state.outdatedNow());
            case LegCommand.Identify(var who) -> to(state.introducing(Introduction.of(who)));
            case LegCommand.Reanswer(var answer) -> EarlyRules.reanswer(state, answer);
            case LegCommand.Decline _ -> EarlyRules.reanswer(state, null);
            case LegCommand.Dial _,
                    LegCommand.Ring _,
                    LegCommand.Answer _,
                    LegCommand.Offer _,
                    LegCommand.Press _,
                    LegCommand.Warn _,
                    LegCommand.End _ -> LegStep.stay(state);
        };
    }

    private static UacMessage writeDown(int target) {
        return new UacMessage.WriteDown(target, List.of(), Duration.ZERO);
    }

    @Override
    public LegStep<UacState, UacMessage> overdue(UacState state) {
        return switch (state) {
            case Idle _ -> over(CallEnd.of(HangupCause.FAILED));
            case Moving(var _, var why) -> over(why);
            case Recording _ -> over(CallEnd.of(HangupCause.NOT_RECORDED));
            case Calling _ -> failed(state, new CallEnd(HangupCause.NETWORK_DOWN, "carrier-timeout"), Remedy.NONE);
            case Proceeding _ -> end(state, CallEnd.of(HangupCause.NO_ANSWER));
            case GivenUp(var _, var end) -> over(end);
            case Canceling(var end) -> over(end);
            case DialogState dialog -> widen(DialogRules.overdue(dialog));
        };
    }

    private static LegStep<UacState, UacMessage> end(UacState state, CallEnd end) {
        return switch (state) {
            case Idle _, Moving _, Recording _ -> over(end);
            case Calling(var attempt) -> to(new GivenUp(attempt.target(), end));
            case Proceeding proceeding ->
                after(
                        EarlyRules.lastWords(proceeding, ""),
                        to(new Canceling(end)).send(new UacMessage.Cancel(end)));
            case GivenUp _, Canceling _ -> LegStep.stay(state);
            case DialogState dialog -> widen(DialogRules.asked(dialog, new LegCommand.End(end)));
        };
    }

    private static LegStep<UacState, UacMessage> after(
            List<? extends UacMessage> messages, LegStep<UacState, UacMessage> step) {
        return new LegStep<>(
                step.next(),
                Stream.concat(messages.stream(), step.messages().stream()).toList(),
                step.events());
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
