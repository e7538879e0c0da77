package dev.callbridge.matrix.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.Sdp;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class RoomEventTest {

    private static final Instant NOW = Instant.ofEpochMilli(1_800_000_000_000L);

    private static RoomEvent read(String rest) {
        String text =
                "{\"room_id\":\"!a\",\"event_id\":\"$b\",\"type\":\"m.call.invite\",\"sender\":\"@c:d\"," + rest + "}";
        return RoomEvent.read(JsonMapper.shared().readTree(text), "", NOW).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"99999999999999999999", "-1e300", "1.5e99", "-9223372036854775808", "\"soon\"", "{}", "null"})
    void isReadWhateverItSaysOfItsTime(String odd) {
        RoomEvent event = read("\"unsigned\":{\"age\":" + odd + "},\"age\":" + odd + ",\"origin_server_ts\":" + odd
                + ",\"content\":{\"call_id\":\"x\",\"version\":" + odd + ",\"lifetime\":" + odd + "}");

        assertThat(event.age(NOW)).isGreaterThanOrEqualTo(Duration.ZERO);
        assertThat(Invite.read(event)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"AbC-1._~", "1785152401042AbCd", "base64/With+Padding=="})
    void takesIdentifiersAsClientsMakeThem(String id) {
        assertThat(read("\"content\":{\"call_id\":\"" + id + "\"}").callId()).isEqualTo(id);
    }

    /// They are written into logs and rows.
    @ParameterizedTest
    @ValueSource(strings = {"a\\nINFO all is well", "a\\u0000", "\\u001b[2J", "\\u007f"})
    void takesNoIdentifierWithControlCharacters(String odd) {
        RoomEvent event = read("\"content\":{\"call_id\":\"" + odd + "\",\"party_id\":\"" + odd + "\"}");

        assertThat(event.callId()).isEmpty();
        assertThat(event.peer(new Sdp("")).partyId()).isEmpty();
        assertThat(Invite.read(event)).isEmpty();
    }

    @Test
    void takesNoIdentifierThatIsTooLong() {
        assertThat(read("\"content\":{\"call_id\":\"" + "a".repeat(256) + "\"}").callId())
                .isEmpty();
    }

    @Test
    void ofADeviceIsNotNamedByWhatTearsALogLine() {
        var message = DeviceMessage.read(
                JsonMapper.shared()
                        .readTree("{\"type\":\"m.call.invite\",\"sender\":\"@c:d\",\"to_user_id\":\"@_sip_1:d\","
                                + "\"content\":{\"room_id\":\"!a\",\"call_id\":\"x\\ny\"}}"),
                NOW);

        assertThat(message.orElseThrow().event().toString()).doesNotContain("\n");
    }

    @Test
    void takesNoDescriptionThatNoRowTakes() {
        assertThat(read("\"content\":{\"offer\":{\"sdp\":\"v=0\\u0000\"}}").description("offer"))
                .isEqualTo(new Sdp(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"unsigned\":{\"age\":7000}", "\"age\":7000", "\"origin_server_ts\":1799999993000"})
    void tellsItsAge(String said) {
        assertThat(read(said).age(NOW)).isEqualTo(Duration.ofSeconds(7));
    }
}
