package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.callbridge.bridge.SettingException;
import org.junit.jupiter.api.Test;

class BrokenTrunkSettingsTest {

    @Test
    void stopTheStartWhenATrunkIsEmpty() {
        try (var rig = new Rig().set("trunks.carrier", "")) {
            assertThatThrownBy(rig::start)
                    .hasRootCauseInstanceOf(SettingException.class)
                    .rootCause()
                    .hasMessageContaining("callbridge.trunks.carrier");
        }
    }

    @Test
    void stopTheStartWhenALoginIsEmpty() {
        try (var rig = new Rig().trunk("carrier", "127.0.0.2:5999", "login=")) {
            assertThatThrownBy(rig::start)
                    .hasRootCauseInstanceOf(SettingException.class)
                    .rootCause()
                    .hasMessageContaining("callbridge.trunks.carrier.login");
        }
    }
}
