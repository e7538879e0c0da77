package dev.callbridge.sip;

import dev.callbridge.bridge.Addresses;
import dev.callbridge.bridge.SettingException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// How peers reach us behind 1:1 NAT.
///
/// @param host as it stands in a URI
/// @param literal the address, if it is none that a name stands for
record PublicAddress(String host, @Nullable InetAddress literal) {

    private static final String REMEDY = "write an address like 203.0.113.5 or a host name, without a port";

    static PublicAddress parse(String setting, String written) {
        String text = written.strip();
        if (AddressRange.isLiteral(text)) {
            try {
                InetAddress address = InetAddress.ofLiteral(text);
                if (!address.isAnyLocalAddress()) {
                    return new PublicAddress(Outlet.inUri(address), address);
                }
            } catch (IllegalArgumentException _) {
                throw new SettingException(setting, written, REMEDY);
            }
        } else if (text.matches("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")) {
            return new PublicAddress(text, null);
        }
        throw new SettingException(setting, written, REMEDY);
    }

    /// Whether it stands for a local address on the way to `peer`: not for one of the other family, nor for
    /// loopback, which nobody outside sees; and neighbours reach us without it.
    boolean standsFor(InetAddress local, InetAddress peer) {
        return !local.isLoopbackAddress()
                && (literal == null || literal.getClass() == local.getClass())
                && Addresses.isToldOutside(literal, peer);
    }
}
