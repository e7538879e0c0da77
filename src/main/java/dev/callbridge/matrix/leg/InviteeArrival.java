package dev.callbridge.matrix.leg;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.Parties;
import dev.callbridge.call.Sdp;

/// What arrives from a Matrix user who calls one of our ghosts.
public sealed interface InviteeArrival
        permits InviteeArrival.Invite,
                InviteeArrival.HungUp,
                InviteeArrival.Left,
                InviteeArrival.Selected,
                InviteeArrival.NotSent,
                InviteeArrival.Collided,
                TalkArrival {

    /// `m.call.invite` in the room of a ghost.
    record Invite(Parties parties, Sdp offer, Peer peer) implements InviteeArrival {}

    /// `m.call.hangup`, or the reject of a client that mixes them up.
    record HungUp(CallEnd end) implements InviteeArrival {}

    /// The user left the room, or our ghost was thrown out.
    record Left() implements InviteeArrival {}

    /// `m.call.select_answer`: whose answer the caller took.
    record Selected(String partyId) implements InviteeArrival {}

    /// The telephone that the user calls calls the user.
    record Collided() implements InviteeArrival {}

    /// Our answer did not reach the room while it was of use.
    record NotSent() implements InviteeArrival {}
}
