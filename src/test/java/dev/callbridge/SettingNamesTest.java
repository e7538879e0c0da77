package dev.callbridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.bridge.CallbridgeProperties;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingNamesTest {

    final SettingNames names = new SettingNames(List.of(CallbridgeProperties.class), Set.of("callbridge.data-dir"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "callbridge.homeserver.url",
                "callbridge.public-address",
                "callbridge.publicAddress",
                "callbridge.data-dir",
                "callbridge.dialplan.routes[0].prefix",
                "callbridge.dialplan.numbers.+4930901820",
                "callbridge.dialplan.numbers[+4930901820]",
                "callbridge.rights[12].may[0]",
                "callbridge.limits.call-length",
            })
    void knowsWhatTheRecordsHold(String name) {
        assertThat(names.isKnown(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "callbridge.homeserver.uri",
                "callbridge.trunk.carrier.peer",
                "callbridge.dialplan.routes[0].prefixes",
                "callbridge.limits",
                "callbridge.limits.calls.per-user",
            })
    void knowsNothingElse(String name) {
        assertThat(names.isKnown(name)).isFalse();
    }
}
