package dev.callbridge.sip.leg;

import dev.callbridge.call.Sdp;
import dev.callbridge.dialplan.Party;

/// What arrives for a leg that came in from a trunk.
public sealed interface UasArrival
        permits UasArrival.Invite,
                UasArrival.RingsOn,
                UasArrival.Cancel,
                UasArrival.Ack,
                UasArrival.AckTimedOut,
                DialogArrival {

    record Invite(String remoteTag, Party caller, Party callee, Sdp offer) implements UasArrival {}

    /// The INVITE has been offered to the call, or another minute has passed without a response (RFC 3261 §13.3.1.1).
    record RingsOn() implements UasArrival {}

    /// CANCEL; its own 200 has been sent.
    ///
    /// @param answeredElsewhere its Reason says so (RFC 3326 §2)
    record Cancel(boolean answeredElsewhere) implements UasArrival {}

    /// ACK of our 200.
    record Ack() implements UasArrival {}

    /// The 200 was repeated for 64·T1, and nobody acknowledged it (RFC 3261 §13.3.1.4).
    record AckTimedOut() implements UasArrival {}
}
