package dev.callbridge.call;

import java.time.Duration;

/// One side of a call as its protocol sees it: a state machine over values, without I/O.
///
/// @param <S> where the leg stands
/// @param <A> what arrives for it from its network
/// @param <M> what it sends there
public interface Leg<S, A, M> {

    S start();

    /// A message arrived. Networks repeat and reorder: what makes no sense in `state` changes nothing.
    LegStep<S, M> arrived(S state, A arrival);

    /// The call wants something of this leg. After [LegCommand.End] the leg owes the call a [LegEvent.Ended].
    LegStep<S, M> asked(S state, LegCommand command);

    /// The leg has been in `state` for [#limit] of that state.
    LegStep<S, M> overdue(S state);

    /// How long the leg may stay in `state`. No state waits for ever.
    Duration limit(S state);
}
