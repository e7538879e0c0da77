package dev.callbridge.call;

import java.time.Duration;

/// What the media session of a call tells it.
public sealed interface MediaEvent {

    /// Our own addresses and codecs towards `leg` are known.
    record Prepared(LegId leg, Sdp offer) implements MediaEvent {}

    /// Something can be heard of `leg`, which has not answered yet.
    record Audible(LegId leg) implements MediaEvent {}

    /// The other side's answer is taken over; this is ours to `leg`. Always before [Flowing].
    record Matched(LegId leg, Sdp answer) implements MediaEvent {}

    /// Packets can pass both ways.
    record Flowing() implements MediaEvent {}

    /// What we offer `leg`, as it was asked for.
    record Described(LegId leg, Sdp offer) implements MediaEvent {}

    /// What we answer to the new offer of `leg`; it is in force.
    record Revised(LegId leg, Sdp answer) implements MediaEvent {}

    /// The new offer of `leg` can't be taken: what was agreed on stays.
    record NotRevised(LegId leg) implements MediaEvent {}

    /// What `leg` was told last is not true any more, because the other side holds, resumes or has changed.
    record Outdated(LegId leg) implements MediaEvent {}

    /// A key was pressed on `leg` that the other side can't take as sound.
    record Pressed(LegId leg, Digit digit, Duration length) implements MediaEvent {}

    /// `leg` is not heard, though the call is up.
    record Disturbed(LegId leg, Trouble trouble) implements MediaEvent {}

    /// What disturbed `leg` is over.
    record Undisturbed(LegId leg, Trouble trouble) implements MediaEvent {}

    /// `leg` closed its media in good order (DTLS close_notify): its end hung up, whether or not its signaling says so.
    record Closed(LegId leg) implements MediaEvent {}

    /// Media with `leg` can't go on: there is no common codec, its ICE or DTLS gave up, or its consent ran out.
    record Failed(LegId leg, HangupCause cause) implements MediaEvent {}
}
