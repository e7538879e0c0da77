package dev.callbridge.sip.leg;

import java.util.List;

/// What a 401 or 407 asks for (RFC 3261 §22, RFC 8760): one header field, of which a response may carry several.
///
/// @param proxy whether a proxy asks (407), or the far end itself (401)
/// @param realm whose password is meant
/// @param nonce goes into the answer
/// @param algorithm as written: `MD5`, `SHA-256`, with or without `-sess`
/// @param qop what protection is offered; empty: none, the way of RFC 2069
/// @param opaque is given back as it came; empty: there is none
/// @param stale the credentials were right, and their nonce too old
public record Challenge(
        boolean proxy, String realm, String nonce, String algorithm, List<String> qop, String opaque, boolean stale) {

    public Challenge {
        qop = List.copyOf(qop);
    }

    /// The realm only: nonces stay out of logs.
    @Override
    public String toString() {
        return "Challenge[" + realm + ", " + algorithm + (stale ? ", stale]" : "]");
    }
}
