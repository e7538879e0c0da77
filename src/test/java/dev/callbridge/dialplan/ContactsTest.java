package dev.callbridge.dialplan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContactsTest {

    private static final PhoneNumber BERLIN = new PhoneNumber("+4930901820");

    private final NumberPlan plan =
            new NumberPlan("DE", List.of(new Route("+", "carrier"), new Route("7", "pbx")), Map.of());

    private Contacts read(String... lines) {
        return Contacts.read(List.of(lines), plan);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+4930901820,Reception",
                "030 901820;Reception",
                " \"+49 (0)30/901820\" , \"Reception\" ",
                "+4930901820,Reception,ground floor"
            })
    void namesANumberHoweverItIsWritten(String line) {
        assertThat(read(line).name(BERLIN)).contains("Reception");
    }

    @Test
    void takesANameInQuotesAsItIs() {
        assertThat(read("+4930901820,\"Schmidt, Anna \"\"Annie\"\"\"").name(BERLIN))
                .contains("Schmidt, Anna \"Annie\"");
    }

    @Test
    void namesExtensionsToo() {
        assertThat(read("712,Workshop").name(new Extension("pbx", "712"))).contains("Workshop");
    }

    @Test
    void passesOverHeadingsAndRemarks() {
        Contacts contacts = read("number,name", "", "# ours", "+4930901820,Reception");

        assertThat(contacts.size()).isEqualTo(1);
        assertThat(contacts.unreadable()).isZero();
    }

    @Test
    void countsWhatItCantRead() {
        assertThat(read("+4930901820,Reception", "nobody,Nobody", "+4930901821").unreadable())
                .isEqualTo(2);
    }

    @Test
    void takesTheFirstOfTwoNames() {
        assertThat(read("+4930901820,Reception", "030901820,Porter").name(BERLIN))
                .contains("Reception");
    }

    @Test
    void knowsNobodyElse() {
        assertThat(read("+4930901820,Reception").name(new PhoneNumber("+4930901821")))
                .isEmpty();
        assertThat(Contacts.none().name(BERLIN)).isEmpty();
    }
}
