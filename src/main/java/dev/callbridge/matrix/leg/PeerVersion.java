package dev.callbridge.matrix.leg;

/// Which call protocol a Matrix client speaks.
public enum PeerVersion {
    /// Integer 0, and the string that nheko once sent: no party ids, no reject, no negotiation.
    ZERO,
    /// `"1"`, and whatever is not known: versions are to be compatible.
    ONE
}
