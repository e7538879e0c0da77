package dev.callbridge.sip.leg;

/// What a dialog wants to be woken for. A new alarm of a kind takes the place of the one before.
public enum Alarm {
    /// Both sides offered at once, or the peer was busy with our last offer; now we may try again (RFC 3261
    /// §14.1).
    BACK_OFF,
    /// The session has to be refreshed (RFC 4028 §7.4).
    REFRESH,
    /// Nobody refreshed the session (RFC 4028 §10).
    EXPIRY
}
