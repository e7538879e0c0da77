package dev.callbridge.matrix.leg;

import dev.callbridge.call.Trouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Where an answered call stands; the same whoever called. Both sides may change what was agreed on, one at a time
/// (`m.call.negotiate`).
public sealed interface TalkState extends InviteeState, InviterState {

    Talk talk();

    /// Nothing is being negotiated.
    record Talking(Talk talk) implements TalkState {}

    /// Our call was asked for an offer.
    ///
    /// @param again whether something has changed since
    record Preparing(Talk talk, boolean again) implements TalkState {}

    /// Our offer is out.
    ///
    /// @param again whether it is outdated already, and another has to follow
    record Offering(Talk talk, boolean again) implements TalkState {}

    /// Our call works out the answer to the peer's offer.
    ///
    /// @param owed how many answers our call still owes us; only the one to the newest offer is sent
    /// @param again whether an offer of ours has to follow
    record Answering(Talk talk, int owed, boolean again) implements TalkState {}

    /// What is known of an answered call.
    ///
    /// @param polite whether our offer gives way when both sides make one: we are the callee
    /// @param offers how many we have made; the number of the newest one
    /// @param warned what the people there have been told already
    record Talk(Peer peer, boolean polite, int offers, Set<Warned> warned) {

        public Talk {
            warned = Set.copyOf(warned);
        }

        static Talk with(Peer peer, boolean polite) {
            return new Talk(peer, polite, 0, Set.of());
        }

        Talk oneMoreOffer() {
            return new Talk(peer, polite, offers + 1, warned);
        }

        Talk warned(Warned of) {
            return new Talk(
                    peer,
                    polite,
                    offers,
                    Stream.concat(warned.stream(), Stream.of(of)).collect(Collectors.toUnmodifiableSet()));
        }
    }

    /// @param here whether it is the people on this leg who are not heard
    record Warned(Trouble trouble, boolean here) {}
}
