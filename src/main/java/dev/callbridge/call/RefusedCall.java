package dev.callbridge.call;

import dev.callbridge.call.CallInput.Expired;
import dev.callbridge.call.CallInput.FromLeg;
import dev.callbridge.call.CallInput.FromMedia;
import dev.callbridge.call.CallInput.Overdue;
import dev.callbridge.call.CallInput.Stop;
import dev.callbridge.call.CallOutput.Close;
import dev.callbridge.call.CallOutput.ToLeg;
import dev.callbridge.call.CallOutput.ToMedia;
import dev.callbridge.call.CallVerdict.Side;
import java.time.Duration;
import java.util.Map;

/// A call that the bridge does not place: no right, no route, no room. Nobody is called; the caller hears why by the
/// same leg that would have carried the call, and there is a verdict like any other.
public final class RefusedCall implements Call<RefusedCall.State> {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    /// Where a refused call stands.
    public enum State {
        ARRIVING,
        REFUSING,
        OVER
    }

    private final LegId caller;
    private final CallEnd end;

    public RefusedCall(LegId caller, CallEnd end) {
        this.caller = caller;
        this.end = end;
    }

    @Override
    public State start() {
        return State.ARRIVING;
    }

    @Override
    public Duration limit(State state) {
        return LIMIT;
    }

    @Override
    public Map<CallLimit, Duration> limits() {
        return Map.of();
    }

    @Override
    public boolean over(State state) {
        return state == State.OVER;
    }

    @Override
    public CallStep<State> step(State state, CallInput input) {
        return switch (state) {
            case ARRIVING ->
                switch (input) {
                    case FromLeg(var _, LegEvent.Ended _) -> close();
                    case FromLeg _, Overdue _, Stop _ ->
                        CallStep.to(State.REFUSING, new ToLeg(caller, new LegCommand.End(end)));
                    case FromMedia _, Expired _ -> CallStep.stay(state);
                };
            case REFUSING ->
                switch (input) {
                    case FromLeg(var _, LegEvent.Ended _) -> close();
                    case Overdue _ -> close();
                    case FromLeg _, FromMedia _, Expired _, Stop _ -> CallStep.stay(state);
                };
            case OVER -> CallStep.stay(state);
        };
    }

    private CallStep<State> close() {
        return CallStep.to(
                State.OVER, new ToMedia(new MediaCommand.Release()), new Close(new CallVerdict(end, Side.BRIDGE)));
    }
}
