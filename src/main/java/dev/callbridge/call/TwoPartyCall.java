package dev.callbridge.call;

import dev.callbridge.call.CallInput.Expired;
import dev.callbridge.call.CallInput.FromLeg;
import dev.callbridge.call.CallInput.FromMedia;
import dev.callbridge.call.CallInput.Overdue;
import dev.callbridge.call.CallInput.Stop;
import dev.callbridge.call.CallOutput.Close;
import dev.callbridge.call.CallOutput.Connected;
import dev.callbridge.call.CallOutput.Disturbance;
import dev.callbridge.call.CallOutput.ToLeg;
import dev.callbridge.call.CallOutput.ToMedia;
import dev.callbridge.call.CallVerdict.Side;
import dev.callbridge.call.TwoPartyState.Alerting;
import dev.callbridge.call.TwoPartyState.Alerting.Preview;
import dev.callbridge.call.TwoPartyState.Arriving;
import dev.callbridge.call.TwoPartyState.Connecting;
import dev.callbridge.call.TwoPartyState.Early;
import dev.callbridge.call.TwoPartyState.Ended;
import dev.callbridge.call.TwoPartyState.Ending;
import dev.callbridge.call.TwoPartyState.HoldingAnswer;
import dev.callbridge.call.TwoPartyState.Matching;
import dev.callbridge.call.TwoPartyState.Preparing;
import dev.callbridge.call.TwoPartyState.Progress;
import dev.callbridge.call.TwoPartyState.Talking;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Joins a leg that came in with a leg that we place.
///
/// ```
/// Arriving ─▶ Preparing ─▶ Alerting ─▶ Matching ─┬─▶ HoldingAnswer ─┬─▶ Talking
///     │           │            │         │ │ ▲   └─▶ Connecting ────┘      │
///     │           │            │         │ └─┴──▶ Early ────────▲          │
///     └───────────┴────────────┴─────────┴────────────┴────────────────────┴──▶ Ending ─▶ Ended
/// ```
///
/// Once both sides have a description, each may change it. Media answers by itself: only what the other side has to
/// know, that it is held or not any more, travels on ([MediaEvent.Outdated]).
public final class TwoPartyCall implements Call<TwoPartyState> {

    private static final Duration SET_UP = Duration.ofSeconds(10);
    private static final Duration MEDIA_BEFORE_ANSWER = Duration.ofSeconds(10);
    private static final Duration MEDIA_AFTER_ANSWER = Duration.ofSeconds(20);
    /// Longer than a leg may take to give up, cancel and hang up, one after the other.
    private static final Duration CONFIRMATION = Duration.ofMinutes(2);

    private final LegId caller;
    private final LegId callee;
    private final AnswerPolicy answerPolicy;
    private final Duration ringLimit;
    private final Duration lengthLimit;

    /// @param caller the leg that came to us
    /// @param callee the leg that we place
    /// @param ringLimit the callee has to answer by then, counted from now
    /// @param lengthLimit the call ends by then at the latest, counted from now
    public TwoPartyCall(
            LegId caller, LegId callee, AnswerPolicy answerPolicy, Duration ringLimit, Duration lengthLimit) {
        this.caller = caller;
        this.callee = callee;
        this.answerPolicy = answerPolicy;
        this.ringLimit = ringLimit;
        this.lengthLimit = lengthLimit;
    }

    @Override
    public TwoPartyState start() {
        return new Arriving();
    }

    @Override
    public boolean over(TwoPartyState state) {
        return state instanceof Ended;
    }

    @Override
    public Map<CallLimit, Duration> limits() {
        return Map.of(CallLimit.RING, ringLimit, CallLimit.LENGTH, lengthLimit);
    }

    @Override
    public Duration limit(TwoPartyState state) {
        return switch (state) {
            case Arriving _, Preparing _, Matching _ -> SET_UP;
            case Alerting _, Early _ -> ringLimit;
            case HoldingAnswer _ -> MEDIA_BEFORE_ANSWER;
            case Connecting _ -> MEDIA_AFTER_ANSWER;
            case Talking _ -> lengthLimit;
            case Ending _ -> CONFIRMATION;
            case Ended _ -> Duration.ZERO;
        };
    }

    /// By input, then by state: a new input or a new state stops the build wherever it has to be thought about.
    @Override
    public CallStep<TwoPartyState> step(TwoPartyState state, CallInput input) {
        return switch (input) {
            case FromLeg(var leg, var event) -> fromLeg(state, leg, event);
            case FromMedia(var event) -> fromMedia(state, event);
            case Overdue _ -> overdue(state);
            case Expired(var limit) -> expired(state, limit);
            case Stop(var end) -> end(state, new CallVerdict(end, Side.BRIDGE));
        };
    }

    private CallStep<TwoPartyState> fromLeg(TwoPartyState state, LegId leg, LegEvent event) {
        return switch (event) {
            case LegEvent.Offered offered -> offered(state, offered);
            case LegEvent.Moved(int place) -> moved(state, leg, place);
            case LegEvent.Ringing _ -> ringing(state);
            case LegEvent.Progressed(var preview, boolean sure, boolean authorized) ->
                progressed(state, new Preview(preview, authorized), sure);
            case LegEvent.Answered(var answer) -> answered(state, answer);
            case LegEvent.Reoffered(var offer) -> reoffered(state, leg, new MediaCommand.Revise(leg, offer));
            case LegEvent.OfferWanted _ -> agreed(state, leg, new MediaCommand.Describe(leg));
            case LegEvent.Reanswered(var answer) ->
                whileAgreed(state, new ToMedia(new MediaCommand.Conclude(leg, answer)));
            case LegEvent.OfferFailed _ -> whileAgreed(state, new ToMedia(new MediaCommand.Revert(leg)));
            case LegEvent.Trickled(var candidates) -> trickled(state, new MediaCommand.Trickle(leg, candidates));
            case LegEvent.Identified(var who) ->
                whileBothLive(state, new ToLeg(other(leg), new LegCommand.Identify(who)));
            case LegEvent.Pressed(var digit, var length) ->
                whileAgreed(state, new ToMedia(new MediaCommand.Press(other(leg), digit, length)));
            case LegEvent.Ended(var end) -> ended(state, leg, end);
        };
    }

    private CallStep<TwoPartyState> fromMedia(TwoPartyState state, MediaEvent event) {
        return switch (event) {
            case MediaEvent.Prepared(var leg, var offer) -> prepared(state, leg, offer);
            case MediaEvent.Audible _ -> audible(state);
            case MediaEvent.Matched(var leg, var answer) -> matched(state, leg, answer);
            case MediaEvent.Flowing _ -> flowing(state);
            case MediaEvent.Described(var leg, var offer) ->
                whileBothLive(state, new ToLeg(leg, new LegCommand.Offer(offer)));
            case MediaEvent.Revised(var leg, var answer) ->
                whileBothLive(state, new ToLeg(leg, new LegCommand.Reanswer(answer)));
            case MediaEvent.NotRevised(var leg) -> whileBothLive(state, new ToLeg(leg, new LegCommand.Decline()));
            case MediaEvent.Outdated(var leg) -> outdated(state, leg);
            case MediaEvent.Pressed(var leg, var digit, var length) ->
                whileAgreed(state, new ToLeg(other(leg), new LegCommand.Press(digit, length)));
            case MediaEvent.Disturbed(var leg, var trouble) -> disturbed(state, leg, trouble);
            case MediaEvent.Undisturbed(var leg, var trouble) ->
                whileAgreed(state, new Disturbance(leg, trouble, false));
            case MediaEvent.Closed(var leg) -> end(state, verdict(leg, CallEnd.of(HangupCause.NORMAL)));
            case MediaEvent.Failed(var leg, var cause) -> end(state, verdict(leg, CallEnd.of(cause)));
        };
    }

    private CallStep<TwoPartyState> offered(TwoPartyState state, LegEvent.Offered offered) {
        return state instanceof Arriving
                ? CallStep.to(
                        new Preparing(offered.parties()),
                        new ToMedia(new MediaCommand.Prepare(caller, offered.offer(), callee)))
                : CallStep.stay(state);
    }

    private CallStep<TwoPartyState> prepared(TwoPartyState state, LegId leg, Sdp offer) {
        return state instanceof Preparing(var parties)
                ? CallStep.to(new Alerting(null), new ToLeg(leg, new LegCommand.Dial(parties, offer)))
                : CallStep.stay(state);
    }

    /// A place that has been heard of is never left for another one.
    private CallStep<TwoPartyState> moved(TwoPartyState state, LegId leg, int place) {
        return state instanceof Alerting
                ? CallStep.to(new Alerting(null), new ToMedia(new MediaCommand.Move(leg, place)))
                : whileBothLive(state, new ToLeg(leg, new LegCommand.Decline()));
    }

    /// Who hears it ring need not listen for anything else.
    private CallStep<TwoPartyState> ringing(TwoPartyState state) {
        return state instanceof Alerting
                ? CallStep.to(new Alerting(null), new ToLeg(caller, new LegCommand.Ring()))
                : CallStep.stay(state);
    }

    /// A Matrix caller hears nothing before our answer, and a telephone is not answered early: who pays wants to know.
    private CallStep<TwoPartyState> progressed(TwoPartyState state, Preview preview, boolean sure) {
        var listen = new ToMedia(new MediaCommand.Preview(callee, preview.description()));
        return switch (state) {
            case Alerting _ -> {
                if (answerPolicy != AnswerPolicy.AT_ONCE) {
                    yield CallStep.stay(state);
                }
                yield sure ? match(preview) : CallStep.to(new Alerting(preview), listen);
            }
            case Early _ -> CallStep.stay(state, listen);
            case Arriving _, Preparing _, Matching _, HoldingAnswer _, Connecting _, Talking _, Ending _, Ended _ ->
                CallStep.stay(state);
        };
    }

    private CallStep<TwoPartyState> audible(TwoPartyState state) {
        Preview preview = state instanceof Alerting(var heard) ? heard : null;
        return preview == null ? CallStep.stay(state) : match(preview);
    }

    private CallStep<TwoPartyState> match(Preview preview) {
        var match = new MediaCommand.Match(callee, preview.description(), caller, true, !preview.authorized());
        return CallStep.to(new Matching(new Progress.Heard()), new ToMedia(match));
    }

    private CallStep<TwoPartyState> answered(TwoPartyState state, Sdp answer) {
        return switch (state) {
            case Alerting _ ->
                CallStep.to(
                        new Matching(new Progress.Answered()),
                        new ToMedia(new MediaCommand.Match(callee, answer, caller, false, false)));
            case Matching(Progress.Heard _) -> CallStep.to(new Matching(new Progress.HeardAndAnswered(answer)));
            case Early(boolean flowing) -> answeredAfterEarly(flowing, answer);
            case Arriving _, Preparing _, Matching _, HoldingAnswer _, Connecting _, Talking _, Ending _, Ended _ ->
                CallStep.stay(state);
        };
    }

    private CallStep<TwoPartyState> answeredAfterEarly(boolean flowing, Sdp answer) {
        var conclude = new ToMedia(new MediaCommand.Conclude(callee, answer));
        return flowing
                ? CallStep.to(new Talking(), conclude, new Connected())
                : CallStep.to(new Connecting(), conclude);
    }

    private CallStep<TwoPartyState> matched(TwoPartyState state, LegId leg, Sdp answer) {
        if (!(state instanceof Matching(var progress))) {
            return CallStep.stay(state);
        }
        var toCaller = new ToLeg(leg, new LegCommand.Answer(answer));
        return switch (progress) {
            case Progress.Heard _ -> CallStep.to(new Early(false), toCaller);
            case Progress.HeardAndAnswered(var calleesAnswer) ->
                CallStep.to(new Connecting(), toCaller, new ToMedia(new MediaCommand.Conclude(callee, calleesAnswer)));
            case Progress.Answered _ ->
                switch (answerPolicy) {
                    case AT_ONCE -> CallStep.to(new Connecting(), toCaller);
                    case WHEN_MEDIA_FLOWS -> CallStep.to(new HoldingAnswer(answer, false));
                };
        };
    }

    private CallStep<TwoPartyState> flowing(TwoPartyState state) {
        return switch (state) {
            case HoldingAnswer(var answer, boolean outdated) -> {
                List<CallOutput> outputs = new ArrayList<>();
                outputs.add(new ToLeg(caller, new LegCommand.Answer(answer)));
                outputs.add(new Connected());
                if (outdated) {
                    outputs.add(new ToLeg(caller, new LegCommand.Renegotiate()));
                }
                yield new CallStep<>(new Talking(), outputs);
            }
            case Connecting _ -> CallStep.to(new Talking(), new Connected());
            case Early _ -> CallStep.to(new Early(true));
            case Arriving _, Preparing _, Alerting _, Matching _, Talking _, Ending _, Ended _ -> CallStep.stay(state);
        };
    }

    /// The party we call may change what it will answer while it rings.
    private CallStep<TwoPartyState> reoffered(TwoPartyState state, LegId leg, MediaCommand.Revise revise) {
        boolean rings = state instanceof Alerting || state instanceof Matching;
        return rings && leg.equals(callee) ? CallStep.stay(state, new ToMedia(revise)) : agreed(state, leg, revise);
    }

    /// What has to be answered, whatever the state.
    private CallStep<TwoPartyState> agreed(TwoPartyState state, LegId leg, MediaCommand command) {
        return state.hasAgreed()
                ? CallStep.stay(state, new ToMedia(command))
                : whileBothLive(state, new ToLeg(leg, new LegCommand.Decline()));
    }

    private static CallStep<TwoPartyState> whileAgreed(TwoPartyState state, CallOutput output) {
        return state.hasAgreed() ? CallStep.stay(state, output) : CallStep.stay(state);
    }

    private static CallStep<TwoPartyState> whileBothLive(TwoPartyState state, CallOutput output) {
        return switch (state) {
            case Alerting _, Matching _, Early _, HoldingAnswer _, Connecting _, Talking _ ->
                CallStep.stay(state, output);
            case Arriving _, Preparing _, Ending _, Ended _ -> CallStep.stay(state);
        };
    }

    /// The caller's come at once, while media still gets ready.
    private static CallStep<TwoPartyState> trickled(TwoPartyState state, MediaCommand.Trickle trickle) {
        return state instanceof Preparing
                ? CallStep.stay(state, new ToMedia(trickle))
                : whileBothLive(state, new ToMedia(trickle));
    }

    private CallStep<TwoPartyState> outdated(TwoPartyState state, LegId leg) {
        return state instanceof HoldingAnswer(var answer, var _) && leg.equals(caller)
                ? CallStep.to(new HoldingAnswer(answer, true))
                : whileAgreed(state, new ToLeg(leg, new LegCommand.Renegotiate()));
    }

    private CallStep<TwoPartyState> disturbed(TwoPartyState state, LegId leg, Trouble trouble) {
        return state.hasAgreed()
                ? CallStep.stay(
                        state,
                        new Disturbance(leg, trouble, true),
                        new ToLeg(leg, new LegCommand.Warn(trouble, true)),
                        new ToLeg(other(leg), new LegCommand.Warn(trouble, false)))
                : CallStep.stay(state);
    }

    private CallStep<TwoPartyState> overdue(TwoPartyState state) {
        return switch (state) {
            case Arriving _, Preparing _, Matching _ -> end(state, ours(HangupCause.FAILED));
            case Alerting _, Early _ -> end(state, ours(HangupCause.NO_ANSWER));
            case HoldingAnswer _, Connecting _ -> end(state, ours(HangupCause.MEDIA_FAILED));
            case Talking _ -> end(state, ours(HangupCause.TIME_LIMIT));
            case Ending(var _, var verdict) -> awaiting(Set.of(), verdict);
            case Ended _ -> CallStep.stay(state);
        };
    }

    private CallStep<TwoPartyState> expired(TwoPartyState state, CallLimit limit) {
        return switch (limit) {
            case RING ->
                switch (state) {
                    case Arriving _, Preparing _, Alerting _, Early _, Matching(Progress.Heard _) ->
                        end(state, ours(HangupCause.NO_ANSWER));
                    case Matching _, HoldingAnswer _, Connecting _, Talking _, Ending _, Ended _ ->
                        CallStep.stay(state);
                };
            case LENGTH -> end(state, ours(HangupCause.TIME_LIMIT));
        };
    }

    private CallStep<TwoPartyState> ended(TwoPartyState state, LegId leg, CallEnd end) {
        return switch (state) {
            case Ending(var awaited, var first) -> awaiting(without(awaited, leg), first);
            case Ended _ -> CallStep.stay(state);
            case Arriving _, Preparing _, Alerting _, Matching _, Early _, HoldingAnswer _, Connecting _, Talking _ ->
                end(without(alive(state), leg), verdict(leg, end));
        };
    }

    private CallStep<TwoPartyState> end(TwoPartyState state, CallVerdict verdict) {
        return switch (state) {
            case Ending _, Ended _ -> CallStep.stay(state);
            case Arriving _, Preparing _, Alerting _, Matching _, Early _, HoldingAnswer _, Connecting _, Talking _ ->
                end(alive(state), verdict);
        };
    }

    private CallStep<TwoPartyState> end(Set<LegId> alive, CallVerdict verdict) {
        List<CallOutput> outputs = new ArrayList<>();
        Stream.of(caller, callee)
                .filter(alive::contains)
                .forEach(leg -> outputs.add(new ToLeg(leg, new LegCommand.End(verdict.end()))));
        outputs.add(new ToMedia(new MediaCommand.Release()));
        CallStep<TwoPartyState> rest = awaiting(alive, verdict);
        outputs.addAll(rest.outputs());
        return new CallStep<>(rest.next(), outputs);
    }

    private static CallStep<TwoPartyState> awaiting(Set<LegId> awaited, CallVerdict verdict) {
        return awaited.isEmpty()
                ? CallStep.to(new Ended(verdict), new Close(verdict))
                : CallStep.to(new Ending(awaited, verdict));
    }

    private CallVerdict verdict(LegId leg, CallEnd end) {
        if (end.cause().ours()) {
            return new CallVerdict(end, Side.BRIDGE);
        }
        return new CallVerdict(end, leg.equals(caller) ? Side.CALLER : Side.CALLEE);
    }

    private static CallVerdict ours(HangupCause cause) {
        return new CallVerdict(CallEnd.of(cause), Side.BRIDGE);
    }

    private Set<LegId> alive(TwoPartyState state) {
        return switch (state) {
            case Arriving _, Preparing _ -> Set.of(caller);
            case Alerting _, Matching _, Early _, HoldingAnswer _, Connecting _, Talking _ -> Set.of(caller, callee);
            case Ending(var awaited, var _) -> awaited;
            case Ended _ -> Set.of();
        };
    }

    private LegId other(LegId leg) {
        return leg.equals(caller) ? callee : caller;
    }

    private static Set<LegId> without(Set<LegId> legs, LegId gone) {
        return legs.stream().filter(leg -> !leg.equals(gone)).collect(Collectors.toUnmodifiableSet());
    }
}
