package dev.callbridge.call;

/// Something a call wants done, in order.
public sealed interface CallOutput {

    record ToLeg(LegId leg, LegCommand command) implements CallOutput {}

    record ToMedia(MediaCommand command) implements CallOutput {}

    /// Both sides have answered, and sound passes; write down when.
    record Connected() implements CallOutput {}

    /// `leg` is not heard, or is heard again; write down when.
    record Disturbance(LegId leg, Trouble trouble, boolean begins) implements CallOutput {}

    /// The call is over; write down why. The last output of every call, and never given twice.
    record Close(CallVerdict verdict) implements CallOutput {}
}
