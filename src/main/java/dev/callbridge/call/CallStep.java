package dev.callbridge.call;

import java.util.List;

/// What one input led to.
///
/// @param next where the call stands from now on
/// @param outputs what has to be done, in order
public record CallStep<S>(S next, List<CallOutput> outputs) {

    public CallStep {
        outputs = List.copyOf(outputs);
    }

    static <S> CallStep<S> to(S next, CallOutput... outputs) {
        return new CallStep<>(next, List.of(outputs));
    }

    static <S> CallStep<S> stay(S same, CallOutput... outputs) {
        return to(same, outputs);
    }
}
