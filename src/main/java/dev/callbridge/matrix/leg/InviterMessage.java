package dev.callbridge.matrix.leg;

import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Sdp;

/// What we do to call a Matrix user.
public sealed interface InviterMessage
        permits InviterMessage.Reach,
                InviterMessage.Invite,
                InviterMessage.Withdraw,
                InviterMessage.SelectAnswer,
                InviterMessage.Speak,
                InviterMessage.Hangup,
                InviterMessage.MissedCall,
                InviterMessage.Notice,
                InviterMessage.Close,
                TalkMessage {

    /// Find a room in which the user can be rung; answered by [InviterArrival.RoomReady] or
    /// [InviterArrival.NobodyReachable].
    record Reach() implements InviterMessage {}

    /// `m.call.invite`, and the end of our candidates.
    record Invite(Sdp offer) implements InviterMessage {}

    /// Take the invite back if it has not left yet; answered by [InviterArrival.NotSent] or
    /// [InviterArrival.InviteSent].
    record Withdraw() implements InviterMessage {}

    /// `m.call.select_answer`: the other devices stop ringing.
    record SelectAnswer(String partyId) implements InviterMessage {}

    /// Whose answer was taken speaks another version than our invite: from now on so do we.
    record Speak(PeerVersion version) implements InviterMessage {}

    /// `m.call.hangup`.
    record Hangup(HangupCause cause) implements InviterMessage {}

    /// The user shall find out later that somebody called.
    record MissedCall() implements InviterMessage {}

    /// Plain words for the user, after what they explain.
    record Notice(String text) implements InviterMessage {}

    /// The leg is over: nothing more is taken for it. Always the last message.
    record Close() implements InviterMessage {}
}
