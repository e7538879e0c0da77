package dev.callbridge.sip.leg;

import org.jspecify.annotations.Nullable;

/// What a message says of its sender and of the session, besides the description.
///
/// @param updates its sender takes UPDATE (RFC 3311 §5.1)
/// @param timers its sender knows session timers (RFC 4028)
/// @param interval of the session; null: not said
public record SessionTerms(
        boolean updates, boolean timers, @Nullable SessionInterval interval) {

    /// A message that says nothing.
    public static final SessionTerms NONE = new SessionTerms(false, false, null);
}
