package dev.callbridge.sip.leg;

import dev.callbridge.call.CallEnd;
import org.jspecify.annotations.Nullable;

/// Where a leg stands that came in from a trunk.
public sealed interface UasState
        permits UasState.Idle, UasState.Incoming, UasState.Answering, UasState.GivenUp, DialogState {

    /// The INVITE has not been looked at yet.
    record Idle() implements UasState {}

    /// The caller hears it ring.
    ///
    /// @param offerless the offer will be ours
    /// @param reliably whether the caller insists on reliable provisional responses (RFC 3262)
    /// @param introduction who answers, other than who was called; null: nobody
    record Incoming(
            String remoteTag,
            boolean offerless,
            boolean reliably,
            SessionTerms terms,
            @Nullable Introduction introduction)
            implements UasState {

        Incoming introducing(Introduction who) {
            return new Incoming(remoteTag, offerless, reliably, terms, who);
        }
    }

    /// Our 200 is out and is repeated until its ACK comes.
    ///
    /// @param offered whether it has an offer, and the ACK brings the answer
    record Answering(Session session, boolean offered) implements UasState {}

    /// The call ended while [Answering]; BYE has to wait for the ACK (RFC 3261 §15).
    record GivenUp(String remoteTag, CallEnd end) implements UasState {}
}
