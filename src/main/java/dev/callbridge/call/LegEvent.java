package dev.callbridge.call;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a leg tells its call, in the same words for every protocol.
public sealed interface LegEvent {

    /// Somebody calls us on this leg.
    ///
    /// @param offer null: we are to offer, in our answer (RFC 3261 §13.2.1)
    record Offered(Parties parties, @Nullable Sdp offer) implements LegEvent {}

    /// The party we call is tried at another place, for which our offer doesn't do. The leg waits for
    /// [LegCommand.Offer] or [LegCommand.Decline].
    ///
    /// @param place which of the places that the leg has for its sound
    record Moved(int place) implements LegEvent {}

    /// The party we called is being alerted.
    record Ringing() implements LegEvent {}

    /// The party we called lets something be heard before it answers.
    ///
    /// @param preview what its answer will most likely be
    /// @param sure whether it is meant to be heard; otherwise that depends on whether anything can be heard at all
    /// @param authorized whether our side may be heard there before the answer (RFC 5009)
    record Progressed(Sdp preview, boolean sure, boolean authorized) implements LegEvent {}

    /// The party we called took the call.
    record Answered(Sdp answer) implements LegEvent {}

    /// The leg's peer wants to change what was agreed on. Answered with [LegCommand.Reanswer] or [LegCommand.Decline].
    record Reoffered(Sdp offer) implements LegEvent {}

    /// The leg can send an offer of ours now, or has to. Answered with [LegCommand.Offer] or [LegCommand.Decline].
    record OfferWanted() implements LegEvent {}

    /// The peer's answer to our offer, when that was not the one to dial with.
    record Reanswered(Sdp answer) implements LegEvent {}

    /// The peer found more ways to itself after it had described itself, or tells of them only now.
    record Trickled(Candidates candidates) implements LegEvent {}

    /// The peer refused our offer, or said nothing to it: what was agreed on before stays.
    record OfferFailed() implements LegEvent {}

    /// Who the peer is, as far as it turned out later or has changed (RFC 4916).
    record Identified(Identity who) implements LegEvent {}

    /// A key was pressed that signaling told of, not the sound.
    record Pressed(Digit digit, Duration length) implements LegEvent {}

    /// The leg is gone. It says so exactly once, and nothing after it.
    record Ended(CallEnd end) implements LegEvent {}
}
