package dev.callbridge.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.FakeCall;
import dev.callbridge.testkit.FakeUser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Calls that clients of Famedly's kind send to a device and not into the room.
class DeviceCallsIT {

    @RegisterExtension
    static final MatrixStage STAGE = new MatrixStage();

    private static final String PLAIN = "m.call.";
    private static final String FAMEDLY = "com.famedly.call.member.";

    private final FakeUser alice = STAGE.newUser();
    private final PhoneNumber number = MatrixStage.newNumber();
    private final String ghost = MatrixStage.ghost(number);
    private final String room = alice.dm(ghost);
    private final String device = alice.expectDeviceOf(ghost);

    private ObjectNode content() {
        return MatrixStage.content()
                .put("call_id", "call-" + number.digits())
                .put("party_id", "alices/session==")
                .put("version", "1")
                .put("room_id", room)
                .put("device_id", "ALICEDEVICE")
                .put("sender_session_id", "alices/session==")
                .put("seq", 0);
    }

    private ObjectNode invite() {
        ObjectNode content =
                content().put("lifetime", 60_000).put("invitee", ghost).put("invitee_device_id", device);
        content.putObject("offer").put("type", "offer").put("sdp", MatrixBench.ALICES_SDP);
        return content;
    }

    private FakePhones.Phone phone() {
        return STAGE.phones().expectDialled(alice.id(), number);
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, FAMEDLY})
    void aCallIsAnsweredWhereItCameFrom(String spelling) {
        alice.sendsTo(ghost, device, spelling + "invite", invite());
        phone().answers();

        JsonNode message = alice.expectAtDevice(spelling + "answer");

        assertThat(message.path("to_device_id").asString("")).isEqualTo("ALICEDEVICE");
        assertThat(message.path("sender").asString("")).isEqualTo(ghost);
        JsonNode answer = message.path("content");
        assertThat(answer.path("answer").path("sdp").asString("")).isEqualTo(MatrixBench.OUR_SDP);
        assertThat(answer.path("room_id").asString("")).isEqualTo(room);
        assertThat(answer.path("device_id").asString("")).isEqualTo(device);
        assertThat(answer.path("dest_session_id").asString("")).isEqualTo("alices/session==");
        assertThat(answer.path("sender_session_id").asString("")).isEqualTo(device);
        assertThat(answer.path("seq").asInt(7)).isZero();
        JsonNode _ = alice.expectAtDevice(spelling + "candidates");

        ObjectNode identity = content();
        identity.putObject("asserted_identity").put("display_name", "Alice at home");
        alice.sendsTo(ghost, device, spelling + "asserted_identity", identity);
        assertThat(phone().expect(LegCommand.Identify.class).who().name()).isEqualTo("Alice at home");

        alice.sendsTo(ghost, device, spelling + "hangup", content().put("reason", "userHangup"));
        assertThat(phone().expectEnd()).isEqualTo(CallEnd.of(HangupCause.NORMAL));
        assertThat(alice.heard(room))
                .noneMatch(event -> event.path("type").asString("").startsWith("m.call."));
    }

    @Test
    void aBusyLineIsRejectedThereAndExplainedInTheRoom() {
        alice.sendsTo(ghost, device, PLAIN + "invite", invite());
        phone().ends(HangupCause.BUSY);

        JsonNode reject = alice.expectAtDevice(PLAIN + "reject").path("content");

        assertThat(reject.path("reason").asString("")).isEqualTo("user_busy");
        String _ = alice.expectNotice(room, "The line is busy");
    }

    @Test
    void aMessageToAllDevicesIsACallToo() {
        ObjectNode invite = invite();
        invite.remove("invitee_device_id");
        alice.sendsTo(ghost, "*", PLAIN + "invite", invite);

        phone().answers();

        JsonNode _ = alice.expectAtDevice(PLAIN + "answer");
    }

    @Test
    void aCallForAnotherDeviceOrFromOutsideTheRoomIsNotTaken() {
        alice.sendsTo(ghost, device, PLAIN + "invite", invite().put("invitee_device_id", "ANOTHER"));
        STAGE.newUser().sendsTo(ghost, device, PLAIN + "invite", invite());
        ObjectNode homeless = invite();
        homeless.remove("room_id");
        alice.sendsTo(ghost, device, PLAIN + "invite", homeless);
        ObjectNode inRoom = invite().put("invitee_device_id", "ANOTHER").put("call_id", "other-device");
        String _ = alice.sends(room, "m.call.invite", inRoom, 0, true);

        FakeCall next = alice.calls(room, MatrixBench.ALICES_SDP);
        FakePhones.Phone _ = phone();

        assertThat(STAGE.phones().dialled(number)).isEqualTo(1);
        next.hangsUp();
    }
}
