package dev.callbridge.sdp;

import java.util.Optional;
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

    /// The address that a peer's candidate names. Only of those for RTP over UDP, and not of those that hide it behind
    /// a name (`.local`).
    ///
    /// @param written as in a description, or with `candidate:` or `a=candidate:` before, as clients hand it on
    /// @return hex digits, points and colons: not always a literal
    public static Optional<String> address(String written) {
        String[] words = written.strip().split("\\s+", -1);
        boolean usable = words.length >= 8
                && words[1].equals("1")
                && words[2].equalsIgnoreCase("udp")
                && words[6].equals("typ")
                && words[4].chars().allMatch(c -> c == '.' || c == ':' || Character.digit(c, 16) >= 0);
        return usable ? Optional.of(words[4]) : Optional.empty();
    }

    String attribute() {
        String type = base == null ? "host" : base.type + " raddr " + base.address + " rport " + base.port;
        return foundation + " 1 udp " + priority + " " + address + " " + port + " typ " + type;
    }
}
