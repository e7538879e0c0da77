package dev.callbridge.bridge;

import java.net.Inet4Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// What can be told of an address by looking at it.
public final class Addresses {

    private Addresses() {}

    /// Whether only neighbours can send to it: by RFC 1918, RFC 6598, RFC 4193, or since it is link-local or loopback.
    public static boolean isPrivate(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean shared = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xC0) == 64;
        boolean local = bytes.length == 16 && (bytes[0] & 0xFE) == 0xFC;
        return address.isSiteLocalAddress()
                || address.isLinkLocalAddress()
                || address.isLoopbackAddress()
                || shared
                || local;
    }

    /// Whether `peer` is told the address that we have beyond NAT. A neighbour on our side of the NAT reaches
    /// us by our own, and by the other one only through a router that turns packets around. But where that one
    /// is private too, it may be for neighbours: of the machine around a container.
    ///
    /// @param outside null: a name, which stands for an address on the Internet
    /// @param peer null: unknown
    public static boolean isToldOutside(@Nullable InetAddress outside, @Nullable InetAddress peer) {
        return peer == null || !isPrivate(peer) || (outside != null && isPrivate(outside));
    }

    /// Whether packets can pass between them: both are IPv4, or both IPv6.
    public static boolean areOfOneVersion(InetAddress one, InetAddress other) {
        return one instanceof Inet4Address == other instanceof Inet4Address;
    }

    /// Without the scope of an IPv6 address, which means nothing to others.
    public static String text(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }
}
