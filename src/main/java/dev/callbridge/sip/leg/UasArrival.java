package dev.callbridge.sip.leg;

import dev.callbridge.call.Sdp;
import dev.callbridge.dialplan.Party;
import org.jspecify.annotations.Nullable;

/// What arrives for a leg that came in from a trunk.
public sealed interface UasArrival
        permits UasArrival.Invite,
                UasArrival.RingsOn,
                UasArrival.Cancel,
                UasArrival.PrackTimedOut,
                UasArrival.Ack,
                UasArrival.AckTimedOut,
                DialogArrival {

    /// @param offer null: we are to offer (RFC 3261 §13.2.1)
    /// @param reliably whether the caller insists on reliable provisional responses (RFC 3262)
    record Invite(
            String remoteTag,
            Party caller,
            Party callee,
            @Nullable Sdp offer,
            boolean reliably,
            SessionTerms terms) implements UasArrival {

        public Invite(String remoteTag, Party caller, Party callee, @Nullable Sdp offer) {
            this(remoteTag, caller, callee, offer, false, SessionTerms.NONE);
        }
    }

    /// The INVITE has been offered to the call, or another minute has passed without a response (RFC 3261
    /// §13.3.1.1).
    record RingsOn() implements UasArrival {}

    /// CANCEL; its own 200 has been sent.
    ///
    /// @param answeredElsewhere its Reason says so (RFC 3326 §2)
    record Cancel(boolean answeredElsewhere) implements UasArrival {}

    /// A reliable provisional response was repeated for 64·T1, and nobody acknowledged it (RFC 3262 §3).
    record PrackTimedOut() implements UasArrival {}

    /// ACK of our 200.
    ///
    /// @param answer to the offer in our 200
    record Ack(@Nullable Sdp answer) implements UasArrival {

        public Ack() {
            this(null);
        }
    }

    /// The 200 was repeated for 64·T1, and nobody acknowledged it (RFC 3261 §13.3.1.4).
    record AckTimedOut() implements UasArrival {}
}
