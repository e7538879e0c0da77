package dev.callbridge.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.callbridge.bridge.SettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistrationTest {

    @TempDir
    private Path directory;

    private int write(Path file) {
        return RegistrationCommand.run(
                List.of("--url", "http://bridge:29400", "--server-name", "example.org", "--output", file.toString()));
    }

    @Test
    void isReadAsItWasWritten() {
        Path file = directory.resolve("registration.yaml");

        assertThat(write(file)).isZero();

        Registration registration = Registration.read(file, "example.org");
        assertThat(registration.url()).isEqualTo("http://bridge:29400");
        assertThat(registration.senderLocalpart()).isEqualTo("_sip_bot");
        assertThat(registration.asToken()).hasSize(64).isNotEqualTo(registration.hsToken());
        assertThat(registration.toString()).doesNotContain(registration.asToken(), registration.hsToken());
    }

    @Test
    void hasFreshTokensEachTime() throws IOException {
        assertThat(write(directory.resolve("a"))).isZero();
        assertThat(write(directory.resolve("b"))).isZero();

        assertThat(Files.readString(directory.resolve("a"))).isNotEqualTo(Files.readString(directory.resolve("b")));
    }

    @Test
    void isNeverOverwritten() throws IOException {
        Path file = Files.writeString(directory.resolve("registration.yaml"), "precious");

        assertThat(write(file)).isEqualTo(1);
        assertThat(Files.readString(file)).isEqualTo("precious");
    }

    @Test
    void isNotWrittenWithAnOptionThatNobodyKnows() {
        assertThat(RegistrationCommand.run(List.of("--what", "x"))).isEqualTo(2);
        assertThat(RegistrationCommand.run(List.of("--url"))).isEqualTo(2);
    }

    @Test
    void saysHowToMakeAMissingOne() {
        Path file = directory.resolve("missing.yaml");

        assertThatThrownBy(() -> Registration.read(file, "example.org"))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("callbridge.registration")
                .hasMessageContaining("run bin/callbridge registration");
    }

    @Test
    void hasToFitTheHomeserversName() {
        Path file = directory.resolve("registration.yaml");
        assertThat(write(file)).isZero();

        assertThatThrownBy(() -> Registration.read(file, "exampleXorg"))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("callbridge.homeserver.name");
    }

    @Test
    void saysWhatIsMissingInIt() throws IOException {
        Path file = Files.writeString(directory.resolve("registration.yaml"), "id: callbridge\n");

        assertThatThrownBy(() -> Registration.read(file, "example.org"))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("url is missing");
    }

    @Test
    void isShownByTheExampleThatComesWithTheSources() throws IOException {
        String content =
                RegistrationCommand.content("http://localhost:29400", "example.org", "<as_token>", "<hs_token>");

        assertThat(Path.of("registration.yaml.example")).hasContent(content);
    }
}
