package dev.callbridge.sip;

import java.util.Properties;

/// The stack's own settings: those under which it survives an open port.
final class StackSettings {

    /// TLS 1.3, and of 1.2 what keeps its secrets when a key gets lost (RFC 9325 §4.2). Without this list the stack
    /// offers nothing that a JDK of today still speaks.
    private static final String CIPHERS = "TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384,"
            + "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,"
            + "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";

    private StackSettings() {}

    /// @param key under which the stack's parts are found
    static Properties of(String key) {
        var properties = new Properties();
        properties.setProperty(StackParts.KEY, key);
        properties.setProperty("javax.sip.STACK_NAME", "callbridge-" + key);
        properties.setProperty("javax.sip.AUTOMATIC_DIALOG_SUPPORT", "off");
        properties.setProperty("javax.sip.ROUTER_PATH", PinnedRouter.class.getName());
        properties.setProperty("javax.sip.USE_ROUTER_FOR_ALL_URIS", "true");
        String prefix = "gov.nist.javax.sip.";
        properties.setProperty(prefix + "STACK_LOGGER", Slf4jStackLogger.class.getName());
        properties.setProperty(prefix + "SERVER_LOGGER", TraceServerLogger.class.getName());
        properties.setProperty(prefix + "NETWORK_LAYER", GuardedNetworkLayer.class.getName());
        properties.setProperty(prefix + "MESSAGE_PARSER_FACTORY", SafeParserFactory.class.getName());
        properties.setProperty(prefix + "SIP_MESSAGE_VALVE", SourceValve.class.getName());
        properties.setProperty(prefix + "REENTRANT_LISTENER", "true");
        // One thread per UDP address keeps messages in order: BYE never overtakes ACK.
        properties.setProperty(prefix + "THREAD_POOL_SIZE", "1");
        // Also the size of the buffer that every queued datagram holds.
        properties.setProperty(prefix + "MAX_MESSAGE_SIZE", "16384");
        properties.setProperty(prefix + "READ_TIMEOUT", "4000");
        properties.setProperty(prefix + "RECEIVE_UDP_BUFFER_SIZE", "4194304");
        properties.setProperty(prefix + "SEND_UDP_BUFFER_SIZE", "4194304");
        properties.setProperty(prefix + "MAX_TX_LIFETIME_INVITE", "300");
        properties.setProperty(prefix + "MAX_TX_LIFETIME_NON_INVITE", "40");
        // Otherwise the second answer of a forked INVITE looks like a repeated one.
        properties.setProperty(prefix + "MAX_FORK_TIME_SECONDS", "32");
        properties.setProperty(prefix + "RELEASE_REFERENCES_STRATEGY", "Normal");
        properties.setProperty(prefix + "THREAD_PRIORITY", "5");
        properties.setProperty(prefix + "TLS_CLIENT_PROTOCOLS", "TLSv1.3,TLSv1.2");
        properties.setProperty(prefix + "ENABLED_CIPHER_SUITES", CIPHERS);
        // Never `DisabledAll`, which would trust every server.
        properties.setProperty(prefix + "TLS_CLIENT_AUTH_TYPE", "Disabled");
        properties.setProperty(prefix + "SSL_HANDSHAKE_TIMEOUT", "5000");
        return properties;
    }
}
