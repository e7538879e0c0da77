package dev.callbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.NumberClass;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

class CallbridgePropertiesTest {

    static CallbridgeProperties bind(String yaml) throws Exception {
        var environment = new StandardEnvironment();
        new YamlPropertySourceLoader()
                .load("test", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
                .forEach(environment.getPropertySources()::addFirst);
        return Binder.get(environment).bindOrCreate("callbridge", CallbridgeProperties.class);
    }

    @Test
    void findsAUserByNumberAlthoughThePlusIsLost() throws Exception {
        var properties = bind("""
                callbridge:
                  dialplan:
                    numbers:
                      "+4930901820": "@alice:example.org"
                      "203": "@bob:example.org"
                """);

        var plan = new DialplanConfiguration().numberPlan(properties);
        assertThat(plan.ringsFor("+4930901820")).contains(new MatrixUser("@alice:example.org"));
        assertThat(plan.ringsFor("203")).contains(new MatrixUser("@bob:example.org"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice",
                "@alice",
                "alice:example.org",
                "@:example.org",
                "@alice:",
                "@al ice:example.org",
                "@alice:example.org/x"
            })
    void nobodyRingsForANumberWhoIsNoUser(String user) throws Exception {
        var properties = bind("callbridge: { dialplan: { numbers: { \"[+4930111]\": \"" + user + "\" } } }");

        assertThatThrownBy(() -> new DialplanConfiguration().numberPlan(properties))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("callbridge.dialplan.numbers[+4930111]")
                .hasMessageContaining(user);
    }

    @Test
    void readsRights() throws Exception {
        var properties = bind("""
                callbridge:
                  rights:
                    - { who: "@boss:example.org", may: [ ordinary, special-rate ], caller-number: "+4930901800" }
                """);

        assertThat(properties.rights()).hasSize(1);
        assertThat(properties.rights().getFirst().may()).contains(NumberClass.SPECIAL_RATE);
    }

    @Test
    void namesTheSettingThatIsWrong() {
        assertThatThrownBy(() -> bind("callbridge: { limits: { calls: 0 } }"))
                .rootCause()
                .hasMessageContaining("callbridge.limits.calls is \"0\"");
    }
}
