package dev.callbridge.sdp;

import org.jspecify.annotations.Nullable;

/// An ICE candidate of ours: UDP, component 1 (RFC 8839 §5.1).
///
/// @param address a literal
/// @param base the local end of it when a router or a TURN server gave it the address; null: it is our own address
public record Candidate(
        String foundation,
        long priority,
        String address,
        int port,
        @Nullable Base base) {

    /// The address and port that packets to a candidate really reach.
    ///
    /// @param type `srflx`: a router in front of us forwards them; `relay`: a TURN server does
    public record Base(String type, String address, int port) {

        public Base(String address, int port) {
            this("srflx", address, port);
        }
    }

    String attribute() {
        String type = base == null ? "host" : base.type + " raddr " + base.address + " rport " + base.port;
        return foundation + " 1 udp " + priority + " " + address + " " + port + " typ " + type;
    }
}
