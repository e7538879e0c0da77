package dev.callbridge.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.dialplan.Anonymous;
import dev.callbridge.dialplan.Dialled;
import dev.callbridge.dialplan.Dialled.Presentation;
import dev.callbridge.dialplan.Extension;
import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.PhoneNumber;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MatrixIdsTest {

    private final MatrixIds ids = new MatrixIds("example.org", "_sip_bot");

    @ParameterizedTest
    @CsvSource({
        "WITHHELD, @_sip_hide=-4930901820:example.org",
        "SHOWN, @_sip_show=-4930901820:example.org",
        "USUAL, @_sip_4930901820:example.org"
    })
    void aNumberHasAGhostForEachWayOfDiallingIt(Presentation presentation, String userId) {
        var dialled = new Dialled(new PhoneNumber("+4930901820"), presentation);

        assertThat(ids.ghost(dialled)).isEqualTo(userId);
        assertThat(ids.dialled(userId)).contains(dialled);
    }

    @Test
    void anExtensionOfATrunkNamedLikeAMarkIsStillAnExtension() {
        var extension = new Extension("hide=-x", "12");

        assertThat(ids.dialled(ids.ghost(extension))).contains(new Dialled(extension, Presentation.USUAL));
        var hidden = new Dialled(extension, Presentation.WITHHELD);
        assertThat(ids.dialled(ids.ghost(hidden))).contains(hidden);
    }

    @Test
    void areWrittenAsDecided() {
        assertThat(ids.ghost(new PhoneNumber("+4930901820"))).isEqualTo("@_sip_4930901820:example.org");
        assertThat(ids.ghost(new Extension("pbx", "12"))).isEqualTo("@_sip_pbx.12:example.org");
        assertThat(ids.ghost(new Extension("My.Box", "*31#"))).isEqualTo("@_sip_=4dy=2e=42ox.=2a31=23:example.org");
        assertThat(ids.ghost(new Anonymous())).isEqualTo("@_sip_anonymous:example.org");
    }

    @Test
    void areReadBack() {
        List<Party> parties = List.of(
                new PhoneNumber("+4930901820"),
                new Extension("pbx", "12"),
                new Extension("My.Box", "a.b=c/ü%"),
                new Anonymous());

        assertThat(parties)
                .allSatisfy(party -> assertThat(ids.party(ids.ghost(party))).contains(party));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@alice:example.org",
                "@_sip_4930901820:elsewhere.example",
                "@_sip_bot:example.org",
                "@_sip_:example.org",
                "@_sip_0123:example.org",
                "@_sip_12345678901234567:example.org",
                "@_sip_pbx.:example.org",
                "@_sip_pbx.=zz:example.org",
                "@_sip_pbx.=31:example.org",
                "@_sip_hello:example.org"
            })
    void ofNobodyAreNobody(String userId) {
        assertThat(ids.party(userId)).isEmpty();
    }
}
