package dev.callbridge.call;

import dev.callbridge.call.CallInput.Expired;
import dev.callbridge.call.CallInput.FromLeg;
import dev.callbridge.call.CallInput.FromMedia;
import dev.callbridge.call.CallInput.Overdue;
import dev.callbridge.call.CallInput.Stop;
import dev.callbridge.call.CallOutput.Close;
import dev.callbridge.call.CallOutput.Connected;
import dev.callbridge.call.CallOutput.ToLeg;
import dev.callbridge.call.CallOutput.ToMedia;
import dev.callbridge.call.CallVerdict.Side;
import dev.callbridge.call.TwoPartyState.Alerting;
import dev.callbridge.call.TwoPartyState.Arriving;
import dev.callbridge.call.TwoPartyState.Connecting;
import dev.callbridge.call.TwoPartyState.Ended;
import dev.callbridge.call.TwoPartyState.Ending;
import dev.callbridge.call.TwoPartyState.HoldingAnswer;
import dev.callbridge.call.TwoPartyState.Matching;
import dev.callbridge.call.TwoPartyState.Preparing;
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
///     │           │            │           │     └─▶ Connecting ────┘      │
///     └───────────┴────────────┴───────────┴────────────┴──────────────────┴──▶ Ending ─▶ Ended
/// ```
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
            case Alerting _ -> ringLimit;
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
            case FromLeg(var leg, var event) ->
                switch (event) {
                    case LegEvent.Offered offered -> offered(state, offered);
                    case LegEvent.Ringing _ -> ringing(state);
                    case LegEvent.Answered(var answer) -> answered(state, answer);
                    case LegEvent.Ended(var end) -> ended(state, leg, end);
                };
            case FromMedia(var event) ->
                switch (event) {
                    case MediaEvent.Prepared(var leg, var offer) -> prepared(state, leg, offer);
                    case MediaEvent.Matched(var leg, var answer) -> matched(state, leg, answer);
                    case MediaEvent.Flowing _ -> flowing(state);
                    case MediaEvent.Closed(var leg) -> end(state, verdict(leg, CallEnd.of(HangupCause.NORMAL)));
                    case MediaEvent.Failed(var leg, var cause) -> end(state, verdict(leg, CallEnd.of(cause)));
                };
            case Overdue _ -> overdue(state);
            case Expired(var limit) -> expired(state, limit);
            case Stop(var end) -> end(state, new CallVerdict(end, Side.BRIDGE));
        };
    }

    private CallStep<TwoPartyState> offered(TwoPartyState state, LegEvent.Offered offered) {
        return state instanceof Arriving
                ? CallStep.to(
                        new Preparing(offered.caller(), offered.callee()),
                        new ToMedia(new MediaCommand.Prepare(caller, offered.offer(), callee)))
                : CallStep.stay(state);
    }

    private CallStep<TwoPartyState> prepared(TwoPartyState state, LegId leg, Sdp offer) {
        return state instanceof Preparing(var from, var to)
                ? CallStep.to(new Alerting(), new ToLeg(leg, new LegCommand.Dial(from, to, offer)))
                : CallStep.stay(state);
    }

    private CallStep<TwoPartyState> ringing(TwoPartyState state) {
        return state instanceof Alerting
                ? CallStep.stay(state, new ToLeg(caller, new LegCommand.Ring()))
                : CallStep.stay(state);
    }

    private CallStep<TwoPartyState> answered(TwoPartyState state, Sdp answer) {
        return state instanceof Alerting
                ? CallStep.to(new Matching(), new ToMedia(new MediaCommand.Match(callee, answer, caller)))
                : CallStep.stay(state);
    }

    private CallStep<TwoPartyState> matched(TwoPartyState state, LegId leg, Sdp answer) {
        if (!(state instanceof Matching)) {
            return CallStep.stay(state);
        }
        return switch (answerPolicy) {
            case AT_ONCE -> CallStep.to(new Connecting(), new ToLeg(leg, new LegCommand.Answer(answer)));
            case WHEN_MEDIA_FLOWS -> CallStep.to(new HoldingAnswer(answer));
        };
    }

    private CallStep<TwoPartyState> flowing(TwoPartyState state) {
        return switch (state) {
            case HoldingAnswer(var answer) ->
                CallStep.to(new Talking(), new ToLeg(caller, new LegCommand.Answer(answer)), new Connected());
            case Connecting _ -> CallStep.to(new Talking(), new Connected());
            case Arriving _, Preparing _, Alerting _, Matching _, Talking _, Ending _, Ended _ -> CallStep.stay(state);
        };
    }

    private CallStep<TwoPartyState> overdue(TwoPartyState state) {
        return switch (state) {
            case Arriving _, Preparing _, Matching _ -> end(state, ours(HangupCause.FAILED));
            case Alerting _ -> end(state, ours(HangupCause.NO_ANSWER));
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
                    case Arriving _, Preparing _, Alerting _ -> end(state, ours(HangupCause.NO_ANSWER));
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
            case Arriving _, Preparing _, Alerting _, Matching _, HoldingAnswer _, Connecting _, Talking _ ->
                end(without(alive(state), leg), verdict(leg, end));
        };
    }

    private CallStep<TwoPartyState> end(TwoPartyState state, CallVerdict verdict) {
        return switch (state) {
            case Ending _, Ended _ -> CallStep.stay(state);
            case Arriving _, Preparing _, Alerting _, Matching _, HoldingAnswer _, Connecting _, Talking _ ->
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
            case Alerting _, Matching _, HoldingAnswer _, Connecting _, Talking _ -> Set.of(caller, callee);
            case Ending(var awaited, var _) -> awaited;
            case Ended _ -> Set.of();
        };
    }

    private static Set<LegId> without(Set<LegId> legs, LegId gone) {
        return legs.stream().filter(leg -> !leg.equals(gone)).collect(Collectors.toUnmodifiableSet());
    }
}
