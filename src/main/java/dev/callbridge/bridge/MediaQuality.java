package dev.callbridge.bridge;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How the sound of one leg fared over a whole call.
///
/// @param received what came from the peer
/// @param sent what went to the peer, as far as it has told us (RTCP, RFC 3550 §6.4)
/// @param roundTrip the last one that could be measured; null: the peer reports nothing
public record MediaQuality(Way received, Way sent, @Nullable Duration roundTrip) {

    /// One direction.
    ///
    /// @param packets how many were received or sent
    /// @param lost how many of them never arrived
    /// @param jitter interarrival jitter, mean over the call (RFC 3550 §6.4.1)
    public record Way(long packets, long lost, Duration jitter) {}
}
