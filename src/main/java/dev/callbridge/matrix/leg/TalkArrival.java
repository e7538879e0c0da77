package dev.callbridge.matrix.leg;

import dev.callbridge.call.Candidates;
import dev.callbridge.call.Identity;
import dev.callbridge.call.Sdp;

/// What arrives in an answered call; the same whoever called. Candidates may come earlier.
public sealed interface TalkArrival extends InviteeArrival, InviterArrival {

    /// `m.call.negotiate` with an offer.
    record Reoffered(String partyId, Sdp offer) implements TalkArrival {}

    /// `m.call.negotiate` with an answer.
    record Reanswered(String partyId, Sdp answer) implements TalkArrival {}

    /// `m.call.candidates`.
    record Trickled(String partyId, Candidates candidates) implements TalkArrival {}

    /// `m.call.asserted_identity`: who is on the user's side from now on, as its client says.
    record Asserted(String partyId, Identity who) implements TalkArrival {}

    /// An offer of ours did not reach the room while it was of use.
    ///
    /// @param number as in [TalkMessage.Reoffer]
    record OfferNotSent(int number) implements TalkArrival {}
}
