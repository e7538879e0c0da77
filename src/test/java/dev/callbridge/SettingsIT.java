package dev.callbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.callbridge.testkit.BridgeUnderTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/// A setting that can't be used stops the bridge, in one line: name, value, and what would be right.
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class SettingsIT {

    static final URI NO_HOMESERVER = URI.create("http://127.0.0.1:1");

    @TempDir
    Path directory;

    private String complaint(BridgeUnderTest bridge, URI homeserver, CapturedOutput output) {
        try (bridge) {
            assertThat(catchThrowable(() -> bridge.start(homeserver))).isNotNull();
        }
        String all = output.getAll();
        assertThat(all).doesNotContain("\tat ", "APPLICATION FAILED");
        return Stream.of(all.split("\n"))
                .filter(line -> line.contains("The bridge does not start."))
                .reduce("", (_, last) -> last);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                callbridge.dialplan.routes[0].trunk       | nobody         | name one of the trunks under callbridge.trunks: [carrier]
                callbridge.dialplan.routes[0].prefix      | all            | write the beginning of a number like +49
                callbridge.dialplan.region                | XX             | it must be a two-letter country code like DE
                callbridge.dialplan.numbers[+4930901820]  | alice          | write a user like @alice:example.org
                callbridge.rights[0].who                  | ''             | write a user like @alice:example.org, or *
                callbridge.trunks.carrier.peer            | sip:a b        | write it like sip.example.org
                callbridge.trunks.carrier.caller-number   | nobody         | write the number like +4930901820
                callbridge.trunks.carrier.sources         | 10.0.0.0/99    | write an address, a range like 198.51.100.0/24, or a host
                callbridge.trunks.carrier.max-calls       | 0              | it must be at least 1
                callbridge.trunks.carrier.probe           | often          | it must be a span of time like 30s
                callbridge.sip.listen                     | here:there     | write it like 0.0.0.0:5060
                callbridge.sip.ring-timeout               | 0s             | write it like 50s
                callbridge.matrix.ring-timeout            | 1s             | it must lie between 5s and 180s
                callbridge.media.listen                   | localhost      | write an IP address, not a name
                callbridge.media.rtp-ports                | 10             | write it like 20000-29999
                callbridge.media.webrtc-port              | many           | it must be a whole number
                callbridge.limits.call-length             | 0h             | write it like 4h or 90m
                callbridge.keep-records                   | 1h             | write it like 90d
                callbridge.registration                   | no/file.yaml   | run bin/callbridge registration
                spring.datasource.url                     | jdbc:postgresql://127.0.0.1:1/x | PostgreSQL says: Connection to 127.0.0.1:1 refused
                """)
    void isNamedWithItsValueAndWhatWouldBeRight(String name, String value, String remedy, CapturedOutput output) {
        var bridge = new BridgeUnderTest(directory, "example.org")
                .trunk("carrier", 5999)
                .route("+", "carrier")
                .with(name, value);

        // A setting of a list may be told with its index or by its value alone.
        String listed = name.replaceAll("\\[\\d]", "");
        assertThat(complaint(bridge, NO_HOMESERVER, output).replaceAll("\\[\\d]", ""))
                .contains(listed + " is \"")
                .contains(remedy);
    }

    @Test
    void theHomeserverHasToBeWeb(CapturedOutput output) {
        var bridge = new BridgeUnderTest(directory, "example.org");

        assertThat(complaint(bridge, URI.create("matrix.example.org"), output))
                .contains("callbridge.homeserver.url is \"matrix.example.org\": write it like http://localhost:8008");
    }

    @Test
    void aLoginNeedsAPassword(CapturedOutput output) {
        var bridge = new BridgeUnderTest(directory, "example.org")
                .trunk("carrier", 5999)
                .with("callbridge.trunks.carrier.login.user", "me");

        assertThat(complaint(bridge, NO_HOMESERVER, output))
                .contains("callbridge.trunks.carrier.login.password is \"\": set password or password-file");
    }

    @Test
    void aNameTypedWrongIsNamedWithoutItsValue(CapturedOutput output) throws IOException {
        Path file = Files.writeString(
                directory.resolve("callbridge.yaml"),
                "callbridge: { trunks: { carrier: { login: { pasword: secret } } } }");
        var bridge = new BridgeUnderTest(directory, "example.org").with("spring.config.additional-location", file);

        assertThat(complaint(bridge, NO_HOMESERVER, output))
                .contains("callbridge.trunks.carrier.login.pasword")
                .contains("there is no such setting")
                .doesNotContain("secret");
    }
}
