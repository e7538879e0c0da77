package dev.callbridge.sip;

import dev.callbridge.bridge.SettingException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings under `callbridge.sip`.
///
/// @param listen addresses and ports for signaling, UDP and TCP alike; port 0 takes a free one
/// @param publicAddress how trunks reach us behind 1:1 NAT; empty: `callbridge.public-address`
/// @param tls how TLS is spoken with trunks that want it
/// @param dns the name server that is asked where trunks are, as `host:port`; empty: those of this machine
/// @param ringTimeout how long a called telephone may ring, written as `50s`
@ConfigurationProperties("callbridge.sip")
record SipProperties(
        @DefaultValue("0.0.0.0:5060") List<String> listen,
        @Nullable String publicAddress,
        @Nullable String dns,
        @DefaultValue Tls tls,
        @DefaultValue("50s") Duration ringTimeout) {

    /// @param port where trunks connect to us; only with a certificate. 0 takes a free one
    /// @param certificate PEM file with our certificate and its intermediates; empty: only we connect
    /// @param key PEM file with its key
    /// @param caFile PEM file with the authorities that are trusted; empty: those of the JDK
    record Tls(
            @DefaultValue("5061") int port,
            @Nullable Path certificate,
            @Nullable Path key,
            @Nullable Path caFile) {

        Tls {
            if (port < 0 || port > 65_535) {
                throw new SettingException("callbridge.sip.tls.port", port, "write a port");
            }
        }
    }

    SipProperties {
        if (listen.isEmpty()) {
            throw new SettingException("callbridge.sip.listen", "", "write at least one address like 0.0.0.0:5060");
        }
        if (!ringTimeout.isPositive()) {
            throw new SettingException("callbridge.sip.ring-timeout", ringTimeout, "write it like 50s");
        }
        listen = List.copyOf(listen);
    }

    /// @throws SettingException if one can't be read, or two would be the same socket
    List<HostPort> listenAddresses() {
        List<HostPort> addresses = new ArrayList<>();
        for (int i = 0; i < listen.size(); i++) {
            String setting = "callbridge.sip.listen[" + i + "]";
            HostPort next = HostPort.parse(setting, listen.get(i), 5060, "write it like 0.0.0.0:5060");
            for (HostPort before : addresses) {
                if (overlap(before, next)) {
                    throw new SettingException(
                            setting,
                            listen.get(i),
                            "that is listened on already by " + before
                                    + ", because 0.0.0.0 and [::] each stand for all addresses of both families");
                }
            }
            addresses.add(next);
        }
        return List.copyOf(addresses);
    }

    private static boolean overlap(HostPort one, HostPort other) {
        boolean samePort = one.port() != 0 && one.port() == other.port();
        return samePort && (isAny(one) || isAny(other) || one.host().equals(other.host()));
    }

    private static boolean isAny(HostPort address) {
        return address.host().equals("0.0.0.0") || address.host().matches("[0:]+");
    }
}
