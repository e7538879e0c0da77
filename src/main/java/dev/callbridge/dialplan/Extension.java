package dev.callbridge.dialplan;

/// An address that only one trunk understands: an extension of a PBX, a short or national-only number.
///
/// @param trunk the trunk's name in the configuration
/// @param user the user part of its SIP URI, unescaped
public record Extension(String trunk, String user) implements Party {

    /// The user part all but hidden, fit for a log line.
    @Override
    public String toString() {
        return trunk + ":" + Masked.of(user);
    }
}
