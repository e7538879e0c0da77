package dev.callbridge.matrix.leg;

import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Sdp;

/// What the ghost does in the room.
public sealed interface InviteeMessage
        permits InviteeMessage.Answer,
                InviteeMessage.Reject,
                InviteeMessage.Hangup,
                InviteeMessage.Notice,
                InviteeMessage.Close,
                TalkMessage {

    /// `m.call.answer`, and the end of our candidates.
    record Answer(Sdp answer) implements InviteeMessage {}

    /// `m.call.reject`: the only refusal that a web client heeds before it has an answer.
    record Reject(HangupCause cause) implements InviteeMessage {}

    /// `m.call.hangup`, once an answer was sent, or to a version 0 caller at any time.
    record Hangup(HangupCause cause) implements InviteeMessage {}

    /// Plain words for the user, after what they explain.
    record Notice(String text) implements InviteeMessage {}

    /// The leg is over: nothing more is taken for it. Always the last message.
    record Close() implements InviteeMessage {}
}
