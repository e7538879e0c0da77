package dev.callbridge.call;

/// Something that happened to a call.
public sealed interface CallInput {

    record FromLeg(LegId leg, LegEvent event) implements CallInput {}

    record FromMedia(MediaEvent event) implements CallInput {}

    /// The call has been in its state for [Call#limit] of that state.
    record Overdue() implements CallInput {}

    /// A limit that spans several states has passed.
    record Expired(CallLimit limit) implements CallInput {}

    /// The call shall end, whoever talks: the bridge stops, or a leg's mailbox overflowed.
    record Stop(CallEnd end) implements CallInput {}
}
