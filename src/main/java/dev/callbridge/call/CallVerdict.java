package dev.callbridge.call;

/// What is written down when a call is over: why, and whose doing it was.
public record CallVerdict(CallEnd end, Side by) {

    /// Whose doing the end of a call was.
    public enum Side {
        CALLER,
        CALLEE,
        BRIDGE
    }
}
