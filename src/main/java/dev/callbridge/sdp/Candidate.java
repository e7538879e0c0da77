package dev.callbridge.sdp;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    private static final Pattern REMOTE =
            Pattern.compile("(?i)(?:(?:a=)?candidate:)?\\S+ 1 udp \\d+ ([0-9a-f.:]+) \\d+ typ .*");

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
        Matcher matcher = REMOTE.matcher(written.strip());
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    String attribute() {
        String type = base == null ? "host" : base.type + " raddr " + base.address + " rport " + base.port;
        return foundation + " 1 udp " + priority + " " + address + " " + port + " typ " + type;
    }
}
