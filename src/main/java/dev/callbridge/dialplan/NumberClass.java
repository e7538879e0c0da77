package dev.callbridge.dialplan;

/// What a number costs to call, as far as its digits tell.
public enum NumberClass {
    /// Fixed, mobile, toll-free and internet numbers, and extensions of our own trunks.
    ORDINARY,
    /// Premium-rate services.
    PREMIUM,
    /// Shared-cost and other special tariffs.
    SPECIAL_RATE,
    /// Satellite and global networks.
    SATELLITE,
    /// In no numbering range that is known, or a service code: new, or a trap.
    UNKNOWN
}
