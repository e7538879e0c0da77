package dev.callbridge.call;

/// What a call asks of its media session.
public sealed interface MediaCommand {

    /// Take sockets and codecs to offer `to` what `from` offered us.
    record Prepare(LegId from, Sdp offer, LegId to) implements MediaCommand {}

    /// `from` answered; work out our answer to `to`.
    record Match(LegId from, Sdp answer, LegId to) implements MediaCommand {}

    /// Give everything back.
    record Release() implements MediaCommand {}
}
