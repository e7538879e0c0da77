package dev.callbridge.matrix.leg;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.Sdp;

/// What arrives for a leg on which we call a Matrix user. Parties are named by their party id, empty in version 0.
public sealed interface InviterArrival
        permits InviterArrival.RoomReady,
                InviterArrival.NobodyReachable,
                InviterArrival.InviteSent,
                InviterArrival.NotSent,
                InviterArrival.Answered,
                InviterArrival.Rejected,
                InviterArrival.HungUp,
                InviterArrival.Left,
                TalkArrival {

    /// There is a room in which the user can be rung.
    record RoomReady() implements InviterArrival {}

    /// The user has joined no room in which a call would ring, or the homeserver could not be asked.
    record NobodyReachable(CallEnd end) implements InviterArrival {}

    /// The homeserver has our invite.
    record InviteSent(String eventId) implements InviterArrival {}

    /// Our invite did not reach the room while it was of use.
    record NotSent() implements InviterArrival {}

    /// `m.call.answer` of one of the user's devices.
    record Answered(Peer peer, Sdp answer) implements InviterArrival {}

    /// `m.call.reject`, for all devices of the user.
    record Rejected(String partyId, CallEnd end) implements InviterArrival {}

    /// `m.call.hangup`.
    record HungUp(String partyId, CallEnd end) implements InviterArrival {}

    /// The user left the room, or our ghost was thrown out.
    record Left() implements InviterArrival {}
}
