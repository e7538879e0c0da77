package dev.callbridge.sip.leg;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How long a session lives without a refresh, as a Session-Expires header says it (RFC 4028 §4).
///
/// @param expires whole seconds
/// @param refresher which side of the request that carries it, or that it answers, refreshes; null: not said
/// @param least what the other side takes at least, as far as we know; requests of ours repeat it (RFC 4028 §7.4)
public record SessionInterval(Duration expires, @Nullable Refresher refresher, Duration least) {

    /// The least that we take (RFC 4028 §4).
    public static final Duration LEAST = Duration.ofSeconds(90);

    public SessionInterval(Duration expires, @Nullable Refresher refresher) {
        this(expires, refresher, LEAST);
    }

    /// One side of a request.
    public enum Refresher {
        UAC,
        UAS
    }
}
