package dev.callbridge.matrix.leg;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.Sdp;

/// Where a leg stands on which we call a Matrix user.
public sealed interface InviterState
        permits InviterState.Idle,
                InviterState.Reaching,
                InviterState.Inviting,
                InviterState.Ringing,
                InviterState.GivenUp,
                InviterState.Over,
                TalkState {

    /// Nothing has been sent.
    record Idle() implements InviterState {}

    /// A room is looked for in which the user can be rung.
    record Reaching(Sdp offer) implements InviterState {}

    /// The invite is on its way and has no event id yet.
    record Inviting() implements InviterState {}

    /// The homeserver has the invite; the user's clients ring.
    record Ringing() implements InviterState {}

    /// The call was given up while the invite was on its way: a hangup must not overtake it.
    record GivenUp(CallEnd end) implements InviterState {}

    /// The leg is gone.
    record Over() implements InviterState {}
}
