package dev.callbridge.matrix.leg;

/// Where a leg stands on which a Matrix user calls one of our ghosts.
public sealed interface InviteeState permits InviteeState.Idle, InviteeState.Ringing, InviteeState.Over, TalkState {

    /// The invite has not been looked at yet.
    record Idle() implements InviteeState {}

    /// The user waits for our answer.
    record Ringing(Peer peer) implements InviteeState {}

    /// The leg is gone.
    record Over() implements InviteeState {}
}
