package dev.callbridge.call;

import java.util.List;
import java.util.stream.Stream;

/// What one step of a leg led to.
///
/// @param next where the leg stands from now on
/// @param messages what to send on its network, in order
/// @param events what the call has to know, in order
public record LegStep<S, M>(S next, List<M> messages, List<LegEvent> events) {

    public LegStep {
        messages = List.copyOf(messages);
        events = List.copyOf(events);
    }

    public static <S, M> LegStep<S, M> stay(S same) {
        return to(same);
    }

    public static <S, M> LegStep<S, M> to(S next) {
        return new LegStep<>(next, List.of(), List.of());
    }

    public LegStep<S, M> send(M message) {
        return new LegStep<>(next, with(messages, message), events);
    }

    public LegStep<S, M> tell(LegEvent event) {
        return new LegStep<>(next, messages, with(events, event));
    }

    private static <T> List<T> with(List<T> list, T last) {
        return Stream.concat(list.stream(), Stream.of(last)).toList();
    }
}
