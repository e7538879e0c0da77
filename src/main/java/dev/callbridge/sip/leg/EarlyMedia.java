package dev.callbridge.sip.leg;

/// When a caller hears what a trunk lets be heard before the answer.
public enum EarlyMedia {
    /// Not at all: the caller's client plays its own ringback.
    ON_ANSWER,
    /// When the trunk says that it is meant to be heard (RFC 5009), or when it doesn't ring and there is sound.
    ON_INBAND,
    /// With the first description of it.
    ON_PROGRESS
}
