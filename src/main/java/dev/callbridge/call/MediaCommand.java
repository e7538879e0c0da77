package dev.callbridge.call;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a call asks of its media session.
public sealed interface MediaCommand {

    /// Take sockets and codecs to offer `to` what `from` offered us.
    ///
    /// @param offer null: `from` wants our offer; [MediaEvent.Matched] then brings it
    record Prepare(LegId from, @Nullable Sdp offer, LegId to) implements MediaCommand {}

    /// Listen to `from` before it answers; nobody hears it yet, unless it is heard already
    /// ([Match] with `early`), and then it has moved.
    record Preview(LegId from, Sdp preview) implements MediaCommand {}

    /// `from` answered; work out our answer to `to`.
    ///
    /// @param early `from` lets something be heard before it really answers
    /// @param muted until [Conclude] `from` gets silence instead of what `to` says (RFC 5009 §8)
    record Match(LegId from, Sdp answer, LegId to, boolean early, boolean muted) implements MediaCommand {}

    /// What can we offer `leg` now, as things stand?
    record Describe(LegId leg) implements MediaCommand {}

    /// `leg` made a new offer; what do we answer?
    record Revise(LegId leg, Sdp offer) implements MediaCommand {}

    /// `leg` answered our last offer, or, after early media, the call.
    record Conclude(LegId leg, Sdp answer) implements MediaCommand {}

    /// Our last offer to `leg` came to nothing: back to what was agreed on.
    record Revert(LegId leg) implements MediaCommand {}

    /// The peer of `leg` may come from there too. After [Prepare], at any time.
    record Trickle(LegId leg, Candidates candidates) implements MediaCommand {}

    /// Let `leg` hear a key that the other side pressed.
    record Press(LegId leg, Digit digit, Duration length) implements MediaCommand {}

    /// Give everything back.
    record Release() implements MediaCommand {}
}
