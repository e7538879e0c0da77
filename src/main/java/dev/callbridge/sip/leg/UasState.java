package dev.callbridge.sip.leg;

import dev.callbridge.call.CallEnd;

/// Where a leg stands that came in from a trunk.
public sealed interface UasState
        permits UasState.Idle, UasState.Incoming, UasState.Answering, UasState.GivenUp, DialogState {

    /// The INVITE has not been looked at yet.
    record Idle() implements UasState {}

    /// The caller hears it ring.
    record Incoming(String remoteTag) implements UasState {}

    /// Our 200 is out and is repeated until its ACK comes.
    record Answering(String remoteTag) implements UasState {}

    /// The call ended while [Answering]; BYE has to wait for the ACK (RFC 3261 §15).
    record GivenUp(String remoteTag, CallEnd end) implements UasState {}
}
