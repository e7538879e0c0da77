package dev.callbridge.media.transport;

import dev.callbridge.sdp.SessionDescription;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What we told a peer last, so that the next description follows it (RFC 3264 §8). Of the call's thread.
final class Said {

    private @Nullable SessionDescription last;

    /// What it was; empty before the first.
    Optional<SessionDescription> last() {
        return Optional.ofNullable(last);
    }

    /// @return `description`, with the version that comes next
    SessionDescription next(SessionDescription description) {
        SessionDescription next = last == null ? description : description.following(last);
        last = next;
        return next;
    }
}
