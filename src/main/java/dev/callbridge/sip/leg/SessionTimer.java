package dev.callbridge.sip.leg;

import java.time.Duration;

/// The session timer of a dialog (RFC 4028).
///
/// @param interval how long the session lives without a refresh; zero: for ever
/// @param ours whether we refresh it
/// @param round counts the refreshes; alarms of earlier rounds mean nothing
/// @param refresh how far our refresh by UPDATE is
/// @param least what the peer takes at least, as far as a 422 has told
public record SessionTimer(Duration interval, boolean ours, int round, Refresh refresh, Duration least) {

    /// How far a refresh by UPDATE is; one by re-INVITE is an offer like others.
    public enum Refresh {
        NONE,
        SENT,
        /// Sent again, with credentials.
        CHALLENGED,
        /// Sent again, for longer than before.
        RAISED
    }

    static final SessionTimer OFF = new SessionTimer(Duration.ZERO, false, 0, Refresh.NONE, SessionInterval.LEAST);

    boolean runs() {
        return interval.isPositive();
    }

    SessionTimer anew(Duration lasting, boolean byUs) {
        return new SessionTimer(lasting, byUs, round + 1, Refresh.NONE, least);
    }

    SessionTimer off() {
        return new SessionTimer(Duration.ZERO, false, round + 1, Refresh.NONE, least);
    }

    SessionTimer raised(Duration told) {
        return new SessionTimer(told, ours, round, refresh, told);
    }

    /// @param told what a 422 to the INVITE wanted; zero: there was none
    SessionTimer atLeast(Duration told) {
        return told.isZero() ? this : new SessionTimer(interval, ours, round, refresh, told);
    }

    SessionTimer refreshing(Refresh now) {
        return new SessionTimer(interval, ours, round, now, least);
    }
}
