package dev.callbridge.sip;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/// Addresses with a common prefix: `198.51.100.0/24`, or one address.
///
/// @param base any address of the range
/// @param bits how many leading bits are common
record AddressRange(InetAddress base, int bits) {

    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    static AddressRange only(InetAddress address) {
        return new AddressRange(address, address.getAddress().length * 8);
    }

    /// Whether `text` is an address or a range, and no host name.
    static boolean isLiteral(String text) {
        return LITERAL.matcher(text.split("/", 2)[0]).matches();
    }

    /// @throws IllegalArgumentException if the address or the length of the prefix is none
    static AddressRange parse(String text) {
        String[] parts = text.split("/", 2);
        try {
            InetAddress base = InetAddress.ofLiteral(parts[0]);
            int all = base.getAddress().length * 8;
            int bits = parts.length == 2 ? Integer.parseInt(parts[1]) : all;
            if (bits < 0 || bits > all) {
                throw new IllegalArgumentException("no prefix length: " + bits);
            }
            return new AddressRange(base, bits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("no prefix length: " + text, e);
        }
    }

    /// Every address of a host name; empty if it has none now.
    static List<AddressRange> resolve(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host))
                    .map(AddressRange::only)
                    .toList();
        } catch (UnknownHostException _) {
            return List.of();
        }
    }

    boolean contains(InetAddress address) {
        byte[] ours = base.getAddress();
        byte[] theirs = address.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((ours[bit / 8] & mask) != (theirs[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
