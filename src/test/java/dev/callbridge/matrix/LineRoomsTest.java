package dev.callbridge.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.callbridge.bridge.CallbridgeProperties.Dialplan;
import dev.callbridge.bridge.SettingException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineRoomsTest {

    private static void check(String user) {
        LineRooms.check(new Dialplan("DE", List.of(), Map.of("+4930111", user)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "@alice", "alice:example.org", "@:example.org", "@alice:", "@al ice:example.org"})
    void areNotMadeForWhoIsNoUser(String user) {
        assertThatThrownBy(() -> check(user))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("callbridge.dialplan.numbers[+4930111]")
                .hasMessageContaining(user);
    }

    @Test
    void areMadeForUsers() {
        assertThat(Map.of("+4930111", "@alice:example.org")).allSatisfy((_, user) -> check(user));
    }
}
