package dev.callbridge.sip;

import dev.callbridge.bridge.SettingException;
import java.util.Locale;

/// Where a trunk is: `host`, `host:port`, `sip:host:port;transport=tcp`, or `sips:host`.
///
/// @param address its name or address, and port
/// @param exact whether the port was written, or the host is an address: then no SRV records are asked for (RFC 3263
/// §4.2)
record Peer(HostPort address, Transport transport, boolean exact) {

    private static final String REMEDY =
            "write it like sip.example.org, 192.0.2.1:5060, sip:host;transport=tcp or sips:host";

    static Peer parse(String setting, String written) {
        String text = written.strip();
        String lower = text.toLowerCase(Locale.ROOT);
        Transport transport = Transport.UDP;
        if (lower.startsWith("sip:")) {
            text = text.substring(4);
        } else if (lower.startsWith("sips:")) {
            text = text.substring(5);
            transport = Transport.TLS;
        }
        int parameters = text.indexOf(';');
        if (parameters >= 0) {
            transport = switch (text.substring(parameters + 1).toLowerCase(Locale.ROOT)) {
                case "transport=udp" -> Transport.UDP;
                case "transport=tcp" -> transport == Transport.TLS ? Transport.TLS : Transport.TCP;
                case "transport=tls" -> Transport.TLS;
                default -> throw new SettingException(setting, written, REMEDY);
            };
            text = text.substring(0, parameters);
        }
        HostPort address = HostPort.parse(setting, text, -1, REMEDY);
        if (address.port() == 0) {
            throw new SettingException(setting, written, REMEDY);
        }
        boolean exact = address.port() > 0 || AddressRange.isLiteral(address.host());
        int port = address.port() > 0 ? address.port() : transport.defaultPort();
        return new Peer(new HostPort(address.host(), port), transport, exact);
    }

    /// As a URI names it as a domain: with its port where that was written.
    String inUri() {
        return exact && address.port() != transport.defaultPort() ? address.toString() : address.inUri();
    }

    @Override
    public String toString() {
        return address + ", " + transport.token();
    }
}
