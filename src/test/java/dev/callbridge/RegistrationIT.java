package dev.callbridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.testkit.LineChild;
import dev.callbridge.testkit.Program;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// `bin/callbridge registration` and a real Synapse.
@Timeout(180)
class RegistrationIT {

    static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private Program command() {
        return new Program(directory, Program.bin("callbridge"), "registration", "--server-name", "registration.test");
    }

    @Test
    void isWrittenOnceAndAcceptedBySynapse() throws Exception {
        Path file = directory.resolve("config/registration.yaml");
        try (var first = command()) {
            assertThat(first.exitCode(SOON)).as(first.text()).isZero();
        }
        String written = Files.readString(file);
        try (var second = command()) {
            assertThat(second.exitCode(SOON)).isEqualTo(1);
            assertThat(second.text()).contains("exists already and is left as it is");
        }
        assertThat(file).hasContent(written);

        try (var synapse = LineChild.demo(
                "synapse.py",
                "--data",
                Files.createDirectory(directory.resolve("synapse")).toString(),
                "--server-name",
                "registration.test",
                "--registration",
                file.toString())) {
            assertThat(whoAmI(URI.create(synapse.said("url")), token(written))).contains("@_sip_bot:registration.test");
        }
    }

    private static String token(String registration) {
        Map<String, Object> yaml = new Yaml(new SafeConstructor(new LoaderOptions())).load(registration);
        return String.valueOf(yaml.get("as_token"));
    }

    /// Synapse knows the bot only once it exists.
    private static String whoAmI(URI homeserver, String token) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var register = HttpRequest.newBuilder(homeserver.resolve("/_matrix/client/v3/register"))
                    .header("Authorization", "Bearer " + token)
                    .POST(HttpRequest.BodyPublishers.ofString("""
                            {"type": "m.login.application_service", "username": "_sip_bot", "inhibit_login": true}"""))
                    .build();
            assertThat(client.send(register, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
            var ask = HttpRequest.newBuilder(homeserver.resolve("/_matrix/client/v3/account/whoami"))
                    .header("Authorization", "Bearer " + token)
                    .build();
            return client.send(ask, BodyHandlers.ofString()).body();
        }
    }
}
