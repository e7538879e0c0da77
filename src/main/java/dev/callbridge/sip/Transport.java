package dev.callbridge.sip;

import java.util.Locale;

/// What carries SIP.
enum Transport {
    UDP,
    TCP,
    TLS;

    /// As the stack and URIs write it.
    String token() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// As Via writes it.
    String protocol() {
        return name();
    }

    /// The parameter that names it in a URI; none for UDP, which is meant without.
    String parameter() {
        return this == UDP ? "" : ";transport=" + token();
    }

    int defaultPort() {
        return this == TLS ? 5061 : 5060;
    }

    /// Whether it has connections.
    boolean isStream() {
        return this != UDP;
    }

    /// The name under which a domain lists its servers in DNS (RFC 3263 §4.1).
    String service() {
        return switch (this) {
            case UDP -> "_sip._udp.";
            case TCP -> "_sip._tcp.";
            case TLS -> "_sips._tcp.";
        };
    }

    static Transport of(String token) {
        return switch (token.toLowerCase(Locale.ROOT)) {
            case "tcp" -> TCP;
            case "tls" -> TLS;
            default -> UDP;
        };
    }
}
