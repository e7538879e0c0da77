package dev.callbridge.sip.leg;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.Sdp;
import org.jspecify.annotations.Nullable;

/// What a leg that came in sends to its trunk.
public sealed interface UasMessage
        permits UasMessage.Ringing, UasMessage.Answer, UasMessage.Refuse, UasMessage.Canceled, DialogMessage {

    /// 180.
    ///
    /// @param reliably repeated until its PRACK comes (RFC 3262 §3)
    record Ringing(boolean reliably) implements UasMessage {}

    /// 200, repeated by the transaction until its ACK comes.
    ///
    /// @param interval of the session timer; null: there is none
    record Answer(Sdp answer, @Nullable SessionInterval interval) implements UasMessage {}

    /// A final response of 400 or above, by [SipCauses#status].
    record Refuse(CallEnd end) implements UasMessage {}

    /// 487.
    record Canceled() implements UasMessage {}
}
