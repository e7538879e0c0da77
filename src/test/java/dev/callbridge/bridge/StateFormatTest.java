package dev.callbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateFormatTest {

    sealed interface Light {
        record Off() implements Light {}

        record On(int percent, List<String> colours) implements Light {}
    }

    static final StateFormat<Light> FORMAT =
            new StateFormat<>(Light.class, 3, Map.of("off", Light.Off.class, "on", Light.On.class));

    @Test
    void namesVersionAndState() {
        assertThat(FORMAT.write(new Light.Off())).isEqualTo("{\"state\":\"off\",\"v\":3}");
    }

    @Test
    void readsBackWhatItWrote() {
        var state = new Light.On(70, List.of("warm"));

        assertThat(FORMAT.read(FORMAT.write(state))).isEqualTo(state);
    }

    @Test
    void refusesAnotherVersion() {
        assertThatThrownBy(() -> FORMAT.read("{\"v\":2,\"state\":\"off\"}")).hasMessageContaining("version 2");
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> FORMAT.read("{")).isInstanceOf(IllegalArgumentException.class);
    }
}
