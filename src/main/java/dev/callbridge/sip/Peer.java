package dev.callbridge.sip;

import dev.callbridge.bridge.SettingException;
import java.util.Locale;

/// Where a trunk is: `host`, `host:port`, or `sip:host:port;transport=tcp`.
///
/// @param address its name or address, and port
record Peer(HostPort address, Transport transport) {

    private static final String REMEDY = "write it like sip.example.org, 192.0.2.1:5060 or sip:host;transport=tcp";

    static Peer parse(String setting, String written) {
        String text = written.strip();
        if (text.toLowerCase(Locale.ROOT).startsWith("sip:")) {
            text = text.substring(4);
        }
        Transport transport = Transport.UDP;
        int parameters = text.indexOf(';');
        if (parameters >= 0) {
            transport = switch (text.substring(parameters + 1).toLowerCase(Locale.ROOT)) {
                case "transport=udp" -> Transport.UDP;
                case "transport=tcp" -> Transport.TCP;
                default -> throw new SettingException(setting, written, REMEDY);
            };
            text = text.substring(0, parameters);
        }
        HostPort address = HostPort.parse(setting, text, 5060, REMEDY);
        if (address.port() == 0) {
            throw new SettingException(setting, written, REMEDY);
        }
        return new Peer(address, transport);
    }

    @Override
    public String toString() {
        return address + ", " + transport.token();
    }
}
