package dev.callbridge.sdp;

/// An `o=` line: which session this describes, and which version of its description this is (RFC 8866 §5.2).
///
/// @param version unsigned; counts up whenever the description changes (RFC 3264 §8)
public record Origin(String username, String sessionId, long version, Connection address) {

    /// The first version of a session of ours.
    ///
    /// @param sessionId digits
    /// @param address a literal
    public static Origin first(String sessionId, String address) {
        return new Origin("-", sessionId, 1, Connection.to(address));
    }

    Origin next() {
        return new Origin(username, sessionId, version + 1, address);
    }

    static Origin parse(String text) throws SdpException {
        String[] words = text.strip().split("\\s+", -1);
        if (words.length < 6) {
            throw new SdpException("o= line with " + words.length + " of 6 words");
        }
        try {
            return new Origin(words[0], words[1], Long.parseUnsignedLong(words[2]), new Connection(words[4], words[5]));
        } catch (NumberFormatException _) {
            throw new SdpException("version in o= line is no number");
        }
    }

    String line() {
        return "o=" + username + " " + sessionId + " " + Long.toUnsignedString(version) + " IN " + address.family()
                + " " + address.address();
    }
}
