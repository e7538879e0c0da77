package dev.callbridge.call;

import java.time.Duration;

/// What a call asks of a leg, in the same words for every protocol.
public sealed interface LegCommand {

    /// Call somebody on this leg.
    record Dial(Parties parties, Sdp offer) implements LegCommand {}

    /// Let the caller on this leg know that it rings.
    record Ring() implements LegCommand {}

    /// Take the call that came in on this leg.
    ///
    /// @param answer an offer, if the call came without one; its answer is [LegEvent.Reanswered]
    record Answer(Sdp answer) implements LegCommand {}

    /// What the peer was told is not true any more. The leg asks for a new offer as soon as it may send one
    /// ([LegEvent.OfferWanted]), or does nothing where its peer can't bear one.
    record Renegotiate() implements LegCommand {}

    /// The offer that the leg wanted, or, before it is answered, the one to go on dialling with.
    record Offer(Sdp offer) implements LegCommand {}

    /// The answer to the peer's new offer.
    record Reanswer(Sdp answer) implements LegCommand {}

    /// There is no answer to the peer's new offer, or no offer to give: what was agreed on stays.
    record Decline() implements LegCommand {}

    /// The peer talks to somebody else from now on, or to the same one under another name.
    record Identify(Identity who) implements LegCommand {}

    /// Press a key that can't be carried as sound.
    record Press(Digit digit, Duration length) implements LegCommand {}

    /// Let the people on this leg know that one side is not heard.
    ///
    /// @param here whether it is the people on this leg who are not heard
    record Warn(Trouble trouble, boolean here) implements LegCommand {}

    /// Refuse, give up or hang up, whichever fits where the leg stands.
    record End(CallEnd end) implements LegCommand {}
}
