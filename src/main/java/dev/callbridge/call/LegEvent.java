package dev.callbridge.call;

import dev.callbridge.dialplan.Party;

/// What a leg tells its call, in the same words for every protocol.
public sealed interface LegEvent {

    /// Somebody calls us on this leg.
    record Offered(Party caller, Party callee, Sdp offer) implements LegEvent {}

    /// The party we called is being alerted.
    record Ringing() implements LegEvent {}

    /// The party we called took the call.
    record Answered(Sdp answer) implements LegEvent {}

    /// The leg is gone. It says so exactly once, and nothing after it.
    record Ended(CallEnd end) implements LegEvent {}
}
