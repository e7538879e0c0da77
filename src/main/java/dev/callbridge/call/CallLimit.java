package dev.callbridge.call;

/// A limit that spans several states of a call, counted from when it was opened.
public enum CallLimit {
    /// The callee has to answer by then.
    RING,
    /// The call has to be over by then.
    LENGTH
}
