package dev.callbridge.sip.leg;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.Sdp;

/// What a leg that came in sends to its trunk.
public sealed interface UasMessage
        permits UasMessage.Ringing, UasMessage.Answer, UasMessage.Refuse, UasMessage.Canceled, DialogMessage {

    /// 180.
    record Ringing() implements UasMessage {}

    /// 200, repeated by the transaction until its ACK comes.
    record Answer(Sdp answer) implements UasMessage {}

    /// A final response of 400 or above, by [SipCauses#status].
    record Refuse(CallEnd end) implements UasMessage {}

    /// 487.
    record Canceled() implements UasMessage {}
}
