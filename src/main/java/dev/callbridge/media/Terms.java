package dev.callbridge.media;

import dev.callbridge.sdp.AudioFormats;
import java.util.Map;
import java.util.Set;

/// What was agreed on for one direction of a call, as far as packets are concerned.
///
/// @param sound payload type numbers of sound as it comes, and as it leaves; empty: none passes
/// @param keys payload type numbers that telephone events come by
/// @param spoken what the one who listens understands, best liked first, by the numbers it knows it by
/// @param expected whether something is to be heard: both sides talk
/// @param leaves whether the one who listens may be sent anything
/// @param held whether the one who speaks has put the other on hold
record Terms(
        Map<Integer, Integer> sound,
        Set<Integer> keys,
        AudioFormats spoken,
        boolean expected,
        boolean leaves,
        boolean held) {

    Terms {
        sound = Map.copyOf(sound);
        keys = Set.copyOf(keys);
    }
}
