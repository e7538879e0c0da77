package dev.callbridge.media;

import static java.util.Objects.requireNonNull;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.call.LegId;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sdp.AudioFormats;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.SessionDescription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What two legs say to each other, from the first offer to the last: offer and answer with each of them (RFC 3264).
///
/// Each is told only what the other takes, so nothing has to be transcoded. Of direction each is told what the other
/// wishes, but who is on hold is always told to listen; nobody's wish is inferred from what the bridge itself made of
/// the other's.
///
/// A value: a step that comes to nothing, because a description can't be used after all, is simply not taken.
///
/// @param parties two
record Negotiation(Map<LegId, Party> parties) {

    Negotiation {
        parties = Map.copyOf(parties);
    }

    /// @param next how things stand if `ours` is said
    /// @param ours what our description has to say
    record Step(Negotiation next, Proposal ours) {}

    /// Nobody has said anything.
    static Negotiation between(LegId caller, MediaProfile ofCaller, LegId callee, MediaProfile ofCallee) {
        return new Negotiation(Map.of(caller, Party.of(ofCaller), callee, Party.of(ofCallee)));
    }

    /// The caller made its first offer, which is answered when the callee has said what it takes.
    ///
    /// @return empty if nothing of it may pass
    Optional<Negotiation> begun(LegId caller, SessionDescription offer) {
        Party offering = party(caller).offering(offer);
        return offering.heard().isEmpty() ? Optional.empty() : Optional.of(with(caller, offering));
    }

    /// Whether `leg` has said something already that we can answer to.
    boolean hasHeard(LegId leg) {
        return !party(leg).heard().isEmpty();
    }

    /// Whether an offer of ours to `leg` waits for its answer.
    boolean isPending(LegId leg) {
        return party(leg).pending();
    }

    /// What we offer `leg` as things stand.
    ///
    /// @return empty if there is nothing that both legs could take
    Optional<Step> describe(LegId leg) {
        Party party = party(leg);
        Party other = party(other(leg));
        AudioFormats formats = party.offerable(other);
        if (formats.isEmpty()) {
            return Optional.empty();
        }
        var ours = new Proposal(formats, other.shown());
        return Optional.of(new Step(with(leg, party.offered(ours)), ours));
    }

    /// `leg` answered our last offer.
    ///
    /// @return empty if it took nothing of it that the other side takes too
    Optional<Negotiation> answered(LegId leg, SessionDescription answer) {
        Party party = party(leg).answered(answer);
        SequencedSet<AudioCodec> passing = party(other(leg)).takes();
        boolean fits = party.heard().codecs().keySet().stream().anyMatch(passing::contains);
        return fits ? Optional.of(with(leg, party)) : Optional.empty();
    }

    /// What we answer to the first offer of `leg`, now that the other side has said what it takes.
    ///
    /// @return empty if that is nothing of the offer
    Optional<Step> answer(LegId leg) {
        return answer(leg, party(leg));
    }

    /// `leg` made a new offer, and what do we answer? An offer of ours that it has not answered is forgotten.
    ///
    /// @return empty if it holds nothing that the other side has taken
    Optional<Step> revised(LegId leg, SessionDescription offer) {
        return offer.audio().isEmpty()
                ? Optional.empty()
                : answer(leg, party(leg).offering(offer));
    }

    private Optional<Step> answer(LegId leg, Party offering) {
        Party other = party(other(leg));
        AudioFormats formats = offering.heard().inOrderOf(other.takes());
        if (formats.isEmpty()) {
            return Optional.empty();
        }
        var ours = new Proposal(formats, other.shown().and(offering.wish().mirrored()));
        return Optional.of(new Step(with(leg, offering.told(ours)), ours));
    }

    /// Our last offer to `leg` came to nothing.
    Negotiation reverted(LegId leg) {
        return with(leg, party(leg).reverted());
    }

    /// `leg` is somebody else from now on, to whom nothing has been said.
    Negotiation forgetting(LegId leg, MediaProfile profile) {
        return with(leg, Party.of(profile));
    }

    /// What holds for packets that `leg` sends.
    ///
    /// @param muted whether what it says must not be heard, whatever was agreed on
    Terms terms(LegId leg, boolean muted) {
        Party from = party(leg);
        Party to = party(other(leg));
        Set<Integer> keys = Stream.of(from.spoken(), from.heard())
                .flatMap(formats -> Stream.ofNullable(formats.telephoneEvent()))
                .collect(Collectors.toSet());
        Map<Integer, Integer> sound = muted ? Map.of() : passing(from, to);
        return new Terms(
                sound,
                muted ? Set.of() : keys,
                to.heard(),
                from.wish() == Direction.SENDRECV && to.wish() == Direction.SENDRECV,
                to.wish().receives() && to.told().sends(),
                !from.wish().receives());
    }

    /// Payload type numbers of sound that comes, and those that the other side knows it by; empty while one doesn't
    /// send or the other doesn't listen.
    private static Map<Integer, Integer> passing(Party from, Party to) {
        if (!from.wish().sends() || !to.wish().receives()) {
            return Map.of();
        }
        // By our numbers (RFC 3264 §5.1), but some send by their own.
        AudioFormats sound = to.heard().withoutEvents();
        Map<Integer, Integer> numbers = new LinkedHashMap<>(from.spoken().mappedTo(sound));
        from.heard().mappedTo(sound).forEach(numbers::putIfAbsent);
        return numbers;
    }

    /// What `leg` listens to, best liked first, by the numbers it knows it by.
    AudioFormats heardBy(LegId leg) {
        return party(leg).heard();
    }

    /// Whether `leg` wants to get anything.
    boolean receives(LegId leg) {
        return party(leg).wish().receives();
    }

    /// @param next knows that they have been found
    /// @param legs who was told something that is not true any more, and for which that was not found before
    record Outdated(Negotiation next, List<LegId> legs) {}

    Outdated outdated() {
        Negotiation next = this;
        List<LegId> found = new ArrayList<>();
        for (LegId leg : parties.keySet()) {
            Party before = party(leg);
            Party after = before.owed(party(other(leg)));
            next = next.with(leg, after);
            if (after.owed() != null && !after.owed().equals(before.owed())) {
                found.add(leg);
            }
        }
        return new Outdated(next, found);
    }

    private Party party(LegId leg) {
        return requireNonNull(parties.get(leg), "not a leg of this call");
    }

    LegId other(LegId leg) {
        return parties.keySet().stream()
                .filter(each -> !each.equals(leg))
                .findFirst()
                .orElseThrow();
    }

    private Negotiation with(LegId leg, Party party) {
        Map<LegId, Party> changed = new LinkedHashMap<>(parties);
        changed.put(leg, party);
        return new Negotiation(changed);
    }
}
