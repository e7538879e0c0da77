package dev.callbridge.sip;

/// What carries SIP.
enum Transport {
    UDP,
    TCP;

    /// As the stack and URIs write it.
    String token() {
        return this == UDP ? "udp" : "tcp";
    }

    /// As Via writes it.
    String protocol() {
        return name();
    }

    static Transport of(String token) {
        return token.equalsIgnoreCase("tcp") ? TCP : UDP;
    }
}
