package dev.callbridge.call;

import dev.callbridge.dialplan.Party;

/// What a call asks of a leg, in the same words for every protocol.
public sealed interface LegCommand {

    /// Call somebody on this leg.
    record Dial(Party caller, Party callee, Sdp offer) implements LegCommand {}

    /// Let the caller on this leg know that it rings.
    record Ring() implements LegCommand {}

    /// Take the call that came in on this leg.
    record Answer(Sdp answer) implements LegCommand {}

    /// Refuse, give up or hang up, whichever fits where the leg stands.
    record End(CallEnd end) implements LegCommand {}
}
