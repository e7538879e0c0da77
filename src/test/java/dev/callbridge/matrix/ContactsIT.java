package dev.callbridge.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.SettingException;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.dialplan.NumberPlan;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.FakeUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/// Who calls is shown by name, if somebody wrote the name down.
class ContactsIT {

    private static final PhoneNumber NUMBER = MatrixStage.newNumber();
    private static final Path FILE = written("+4930901820,Somebody Else");

    @RegisterExtension
    static final MatrixStage STAGE = new MatrixStage("--callbridge.dialplan.contacts=" + FILE);

    private final FakeUser bob = STAGE.newUser();
    private final String ghost = MatrixStage.ghost(NUMBER);

    private static Path written(String... lines) {
        try {
            return Files.write(Files.createTempFile("contacts", ".csv"), List.of(lines));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aChangedFileRenamesTheGhostAndItsNotices() throws IOException {
        String room = STAGE.chat(bob, NUMBER);
        await().atMost(Duration.ofSeconds(5)).until(() -> STAGE.homeserver().displayName(ghost) != null);
        assertThat(STAGE.homeserver().displayName(ghost)).startsWith("+49 30");

        Files.write(FILE, List.of("number,name", NUMBER.e164() + ",\"Schmidt, Anna\""));
        FakePhones.Phone phone = STAGE.phones().calls(STAGE.bench().registry, NUMBER, bob.id());
        LegCommand.Ring _ = phone.expect(LegCommand.Ring.class);

        assertThat(STAGE.homeserver().displayName(ghost)).isEqualTo("Schmidt, Anna");
        phone.ends(HangupCause.CANCELED);
        assertThat(bob.expectNotice(room, "Missed call from Schmidt, Anna")).contains("+49 30 9018");
    }

    @Test
    void aNameThatLooksLikeMarkupIsShownAsItIs() throws IOException {
        Files.write(FILE, List.of(NUMBER.e164() + ",Meier & <b>Söhne</b>"));
        String line = bob.dm("@_sip_bot:" + MatrixBench.SERVER);

        String _ = bob.says(line, "call " + NUMBER.e164());

        String _ = bob.expectNotice(line, "Here is your chat with Meier & <b>Söhne</b>:");
        JsonNode notice = bob.expect(line, event -> event.path("content").has("formatted_body"));
        assertThat(notice.path("content").path("formatted_body").asString(""))
                .contains(">Meier &amp; &lt;b&gt;S")
                .doesNotContain("<b>");
    }

    @Test
    void aMissingFileIsAWrongSetting() {
        var plan = new NumberPlan("DE", List.of(), Map.of());

        Assertions.assertThatExceptionOfType(SettingException.class)
                .isThrownBy(() -> new ContactFile(Path.of("no", "such.csv"), plan))
                .withMessageContaining("callbridge.dialplan.contacts");
    }

    @Test
    void aFileThatVanishesLeavesTheNamesAsTheyWere() throws IOException {
        Path file = written("+4930901820,Reception");
        var contacts = new ContactFile(file, new NumberPlan("DE", List.of(), Map.of()));

        Files.delete(file);

        assertThat(contacts.name(new PhoneNumber("+4930901820"))).contains("Reception");
    }
}
