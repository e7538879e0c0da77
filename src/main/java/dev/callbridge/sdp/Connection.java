package dev.callbridge.sdp;

/// A `c=` line (RFC 8866 §5.7).
///
/// @param family `IP4` or `IP6`
/// @param address a literal or a name, as written, without multicast suffixes
public record Connection(String family, String address) {

    /// @param address a literal
    public static Connection to(String address) {
        return new Connection(address.indexOf(':') >= 0 ? "IP6" : "IP4", address);
    }

    /// Whether nothing may be sent there: the old way to write hold (RFC 3264 §8.4).
    public boolean unspecified() {
        return address.equals("0.0.0.0") || address.equals("::");
    }

    static Connection parse(String text) throws SdpException {
        String[] words = text.strip().split("\\s+", -1);
        if (words.length < 3) {
            throw new SdpException("c= line without an address");
        }
        int suffix = words[2].indexOf('/');
        return new Connection(words[1], suffix < 0 ? words[2] : words[2].substring(0, suffix));
    }

    String line() {
        return "c=IN " + family + " " + address;
    }
}
