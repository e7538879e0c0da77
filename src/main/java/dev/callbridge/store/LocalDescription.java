package dev.callbridge.store;

import dev.callbridge.call.Sdp;
import dev.callbridge.sdp.SdpException;
import dev.callbridge.sdp.SessionDescription;
import org.jspecify.annotations.Nullable;

/// What a row keeps apart of our own description.
///
/// @param version the session version of its `o=` line (RFC 8866 §5.2)
/// @param port its audio port
record LocalDescription(@Nullable Long version, @Nullable Integer port) {

    private static final LocalDescription NONE = new LocalDescription(null, null);

    static LocalDescription of(@Nullable Sdp sdp) {
        if (sdp == null) {
            return NONE;
        }
        try {
            var description = SessionDescription.parse(sdp.text());
            return new LocalDescription(
                    description.origin().version(), description.audioPort().orElse(null));
        } catch (SdpException _) {
            return NONE;
        }
    }
}
