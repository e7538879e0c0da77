package dev.callbridge.sip.leg;

/// What carries an offer or a session refresh inside a dialog.
public enum Method {
    /// A re-INVITE: 2xx and ACK complete it (RFC 3261 §14).
    INVITE,
    /// Complete with its response (RFC 3311).
    UPDATE
}
