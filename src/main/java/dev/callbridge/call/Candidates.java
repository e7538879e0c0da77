package dev.callbridge.call;

import java.util.List;

/// Where the peer of a leg may be, besides what its descriptions say (RFC 8838).
///
/// @param lines candidate attributes as the peer wrote them (RFC 8839 §5.1); read by the media module only
public record Candidates(List<String> lines) {

    public Candidates {
        lines = List.copyOf(lines);
    }

    /// How many only: addresses stay out of logs.
    @Override
    public String toString() {
        return "Candidates[" + lines.size() + "]";
    }
}
