package dev.callbridge.call;

/// What the media session of a call tells it.
public sealed interface MediaEvent {

    /// Our own addresses and codecs towards `leg` are known.
    record Prepared(LegId leg, Sdp offer) implements MediaEvent {}

    /// The other side's answer is taken over; this is ours to `leg`. Always before [Flowing].
    record Matched(LegId leg, Sdp answer) implements MediaEvent {}

    /// Packets can pass both ways.
    record Flowing() implements MediaEvent {}

    /// `leg` closed its media in good order (DTLS close_notify): its end hung up, whether or not its signaling says so.
    record Closed(LegId leg) implements MediaEvent {}

    /// Media with `leg` can't go on: there is no common codec, its ICE or DTLS gave up, or its consent ran out.
    record Failed(LegId leg, HangupCause cause) implements MediaEvent {}
}
