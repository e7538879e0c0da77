package dev.callbridge.sip;

import gov.nist.javax.sip.message.SIPResponse;
import java.net.InetAddress;
import java.util.Optional;

/// Our own address as a peer sees it: what it wrote into our Via (RFC 3261 §18.2.1, RFC 3581 §4).
record Reflexive(InetAddress address, int port) {

    /// Empty if the response does not say.
    static Optional<Reflexive> of(SIPResponse response) {
        var via = response.getTopmostVia();
        if (via == null || via.getRPort() <= 0) {
            return Optional.empty();
        }
        // Without `received` we are seen where we said we were.
        String seen = via.getReceived() == null ? via.getHost() : via.getReceived();
        String bare = seen.replace("[", "").replace("]", "");
        if (!AddressRange.isLiteral(bare)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Reflexive(InetAddress.ofLiteral(bare), via.getRPort()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return Outlet.inUri(address) + ":" + port;
    }
}
