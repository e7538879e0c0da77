package dev.callbridge.media;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sdp.AudioFormats;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.SessionDescription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What two legs can say to each other: each is offered only what the other has, so nothing has to be transcoded.
///
/// @param offer of the one who calls
/// @param callers what of it may pass, by the caller's numbers
/// @param ours the same as we offer it to the one who is called, by our numbers
record Negotiation(SessionDescription offer, AudioFormats callers, AudioFormats ours) {

    /// @param offer of the one who calls
    /// @param caller how its sound travels
    /// @param callee how that of the called one does; a trunk's order of preference decides
    /// @param eventNumber of telephone events in our offer
    /// @return empty if nothing would be left to offer
    static Optional<Negotiation> begin(
            SessionDescription offer, MediaProfile caller, MediaProfile callee, int eventNumber) {
        AudioFormats heard = formats(offer);
        AudioFormats spoken = heard.inOrderOf(heard.codecs().keySet().stream()
                .filter(allowed(caller)::contains)
                .toList());
        AudioFormats common = switch (callee) {
            case MediaProfile.PlainRtp plain -> spoken.inOrderOf(plain.codecs());
            case MediaProfile.WebRtc _ -> spoken;
        };
        return common.isEmpty()
                ? Optional.empty()
                : Optional.of(new Negotiation(offer, common, common.renumbered(eventNumber)));
    }

    private static List<AudioCodec> allowed(MediaProfile profile) {
        return switch (profile) {
            case MediaProfile.PlainRtp plain -> plain.codecs();
            case MediaProfile.WebRtc _ -> List.of(AudioCodec.values());
        };
    }

    private static AudioFormats formats(SessionDescription description) {
        return description.audio().map(AudioFormats::of).orElseGet(() -> new AudioFormats(new LinkedHashMap<>(), null));
    }

    Direction direction() {
        return offer.audioDirection().orElse(Direction.SENDRECV);
    }

    /// What was agreed on.
    ///
    /// @param answer what we answer to the caller, by the caller's numbers
    /// @param fromCaller payload type numbers of packets of the caller, and those the callee knows them by
    /// @param fromCallee the other way round
    record Agreement(
            AudioFormats answer,
            Direction direction,
            Map<Integer, Integer> fromCaller,
            Map<Integer, Integer> fromCallee) {}

    /// @param answer of the one who was called
    /// @return empty if it took nothing that we offered
    Optional<Agreement> end(SessionDescription answer) {
        AudioFormats theirs = formats(answer);
        List<AudioCodec> taken = new ArrayList<>(theirs.codecs().keySet());
        taken.retainAll(ours.codecs().keySet());
        AudioFormats callees = theirs.inOrderOf(taken);
        AudioFormats agreed = callers.commonWith(callees);
        if (agreed.isEmpty()) {
            return Optional.empty();
        }
        // By our numbers (RFC 3264 §5.1), but some send by their own.
        Map<Integer, Integer> fromCallee = new LinkedHashMap<>(ours.mappedTo(agreed));
        callees.mappedTo(agreed).forEach(fromCallee::putIfAbsent);
        return Optional.of(new Agreement(
                agreed, answer.audioDirection().orElse(Direction.SENDRECV), agreed.mappedTo(callees), fromCallee));
    }
}
