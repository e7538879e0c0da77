package dev.callbridge.sdp;

import org.jspecify.annotations.Nullable;

/// An ICE candidate of ours: UDP, component 1 (RFC 8839 §5.1).
///
/// @param address a literal
/// @param base the local end of it when a router in front of us gave it the address; null: it is our own address
public record Candidate(
        String foundation,
        long priority,
        String address,
        int port,
        @Nullable Base base) {

    /// The address and port that packets to a candidate really reach.
    public record Base(String address, int port) {}

    String attribute() {
        String type = base == null ? "host" : "srflx raddr " + base.address + " rport " + base.port;
        return foundation + " 1 udp " + priority + " " + address + " " + port + " typ " + type;
    }
}
