package dev.callbridge.sip;

import dev.callbridge.bridge.MediaProfile;
import gov.nist.javax.sip.message.SIPResponse;
import java.time.Duration;

/// A way to a telephone: one server of one trunk.
///
/// @param media how sound travels there
/// @param spare whether it is the one before without encryption, for when that was refused
record Way(Trunk trunk, Target target, MediaProfile media, boolean spare) {

    private static final Duration LONGEST_REST = Duration.ofMinutes(5);
    /// How long a server that failed is asked last.
    private static final Duration PENALTY = Duration.ofSeconds(30);

    /// The server rests if it says so, or failed and doesn't say for how long (RFC 3261 §20.33, §21.5.4).
    void refused(SIPResponse response) {
        int status = response.getStatusCode();
        Duration told = SessionHeaders.retryAfter(response).orElse(Duration.ZERO);
        if ((status == 500 || status == 503) && told.isPositive()) {
            trunk.rest(target, told.compareTo(LONGEST_REST) < 0 ? told : LONGEST_REST);
        } else if (status == 503) {
            failed();
        }
    }

    void failed() {
        trunk.rest(target, PENALTY);
    }

    /// To another server of it.
    Way to(Target other) {
        return new Way(trunk, other, media, spare);
    }

    @Override
    public String toString() {
        return trunk.name();
    }
}
