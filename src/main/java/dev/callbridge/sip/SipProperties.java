package dev.callbridge.sip;

import dev.callbridge.bridge.SettingException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings under `callbridge.sip`.
///
/// @param listen addresses and ports for signaling, UDP and TCP alike; port 0 takes a free one
/// @param publicAddress how trunks reach us behind 1:1 NAT; empty: `callbridge.public-address`
/// @param ringTimeout how long a called telephone may ring, written as `50s`
@ConfigurationProperties("callbridge.sip")
record SipProperties(
        @DefaultValue("0.0.0.0:5060") List<String> listen,
        @Nullable String publicAddress,
        @DefaultValue("50s") Duration ringTimeout) {

    SipProperties {
        if (listen.isEmpty()) {
            throw new SettingException("callbridge.sip.listen", "", "write at least one address like 0.0.0.0:5060");
        }
        if (!ringTimeout.isPositive()) {
            throw new SettingException("callbridge.sip.ring-timeout", ringTimeout, "write it like 50s");
        }
        listen = List.copyOf(listen);
    }

    List<HostPort> listenAddresses() {
        return listen.stream()
                .map(each -> HostPort.parse("callbridge.sip.listen", each, 5060, "write it like 0.0.0.0:5060"))
                .toList();
    }
}
