package dev.callbridge.call;

import java.time.Duration;
import java.util.Map;

/// What joins legs: who is called when, who hears of what, and why it ends. A state machine over values, without I/O.
///
/// Joining two legs is [TwoPartyCall]; ringing several people, a conference or a transfer are others. Legs don't change
/// for that.
///
/// @param <S> where the call stands
public interface Call<S> {

    S start();

    CallStep<S> step(S state, CallInput input);

    /// How long the call may stay in `state` before it is [CallInput.Overdue]. No state waits for ever.
    Duration limit(S state);

    /// Limits that span several states, counted from when the call was opened.
    Map<CallLimit, Duration> limits();

    /// Nothing will happen any more; the last step gave [CallOutput.Close].
    boolean over(S state);
}
