package dev.callbridge.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.dialplan.Anonymous;
import dev.callbridge.dialplan.Extension;
import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.PhoneNumber;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MatrixIdsTest {

    private final MatrixIds ids = new MatrixIds("example.org", "_sip_bot");

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
