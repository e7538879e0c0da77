package dev.callbridge.matrix;

import static dev.callbridge.matrix.MatrixStage.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.call.HangupCause;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.FakeCall;
import dev.callbridge.testkit.FakeUser;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Which rooms are a user's own with us, and what becomes of them.
class RoomsIT {

    @RegisterExtension
    static final MatrixStage STAGE = new MatrixStage();

    private final FakeUser alice = STAGE.newUser();
    private final PhoneNumber number = MatrixStage.newNumber();
    private final String ghost = MatrixStage.ghost(number);

    private String teamRoomWith(String ours) {
        FakeUser bob = STAGE.newUser();
        String room = alice.opens(bob.id());
        bob.joins(room);
        alice.invites(room, ours);
        JsonNode _ = alice.expect(
                room,
                event -> event.path("state_key").asString("").equals(ours)
                        && event.path("content").path("membership").asString("").equals("join"));
        return room;
    }

    private FakePhones.Phone rings() {
        return STAGE.calls(number, alice);
    }

    private void awaitMembers(String room, int howMany) {
        await().atMost(Duration.ofSeconds(5))
                .until(() -> STAGE.bench()
                                .context
                                .getBean(Rooms.class)
                                .members(room, ghost)
                                .size()
                        == howMany);
    }

    @Test
    void aCallNeverRingsInATeamsRoom() {
        STAGE.homeserver().acceptInvitesFor(alice.id());
        String team = teamRoomWith(ghost);

        FakePhones.Phone phone = rings();

        assertThat(alice.expectCall().room()).isNotEqualTo(team);
        phone.ends(HangupCause.CANCELED);
    }

    @Test
    void aTeamsRoomWithTheBotIsNobodysLine() {
        String line = MatrixStage.lineRoom(alice);
        String team = teamRoomWith(MatrixStage.BOT);

        FakePhones.Phone phone = rings();

        assertThat(alice.expectCall().room()).isEqualTo(line).isNotEqualTo(team);
        phone.ends(HangupCause.CANCELED);
    }

    @Test
    void aChatThatOthersHaveJoinedIsReplaced() {
        STAGE.homeserver().acceptInvitesFor(alice.id());
        FakeUser bob = STAGE.newUser();
        String chat = alice.dm(ghost);
        alice.invites(chat, bob.id());
        bob.joins(chat);
        awaitMembers(chat, 3);

        FakePhones.Phone phone = rings();

        assertThat(alice.expectCall().room()).isNotEqualTo(chat);
        phone.ends(HangupCause.CANCELED);
    }

    @Test
    void aCallBetweenOthersIsLeftAlone() {
        String team = teamRoomWith(ghost);
        FakeCall theirs = alice.calls(team, MatrixBench.ALICES_SDP);
        FakeCall ours = alice.calls(alice.dm(ghost), MatrixBench.ALICES_SDP);
        FakePhones.Phone _ = STAGE.phones().expectDialled(alice.id(), number);

        assertThat(theirs.heard()).isEmpty();
        assertThat(STAGE.phones().dialled(number)).isEqualTo(1);
        ours.hangsUp();
    }

    @Test
    void whoCallsANumberByNameInATeamsRoomIsToldWhyNot() {
        String team = teamRoomWith(ghost);
        ObjectNode invite =
                content().put("call_id", "named").put("version", "1").put("invitee", ghost);
        invite.putObject("offer").put("sdp", MatrixBench.ALICES_SDP);

        String _ = alice.sends(team, "m.call.invite", invite, 0, true);

        String _ = alice.expectNotice(team, "just you and the number");
        assertThat(STAGE.phones().dialled(number)).isZero();
    }

    @Test
    void aCrowdIsLeft() {
        String crowd = alice.opens();
        for (int i = 0; i < 50; i++) {
            FakeUser one = STAGE.homeserver().user("@one" + i + ":" + MatrixBench.SERVER);
            alice.invites(crowd, one.id());
            one.joins(crowd);
        }
        alice.invites(crowd, ghost);

        JsonNode _ = alice.expect(
                crowd,
                event -> event.path("state_key").asString("").equals(ghost)
                        && event.path("content").path("membership").asString("").equals("leave"));
    }

    @Test
    void theBotInvitesAgainWhoLeftTheChat() {
        String line = MatrixStage.lineRoom(alice);
        String chat = alice.dm(ghost);
        awaitMembers(chat, 2);
        alice.leaves(chat);
        awaitMembers(chat, 1);

        String _ = alice.says(line, "call " + number.e164());

        String _ = alice.expectNotice(line, "matrix.to");
        assertThat(alice.isInvitedTo(chat)).isTrue();
        assertThat(STAGE.homeserver().requests())
                .filteredOn(request ->
                        request.path().endsWith("/invite") && request.as().equals(ghost))
                .isNotEmpty()
                .allSatisfy(
                        request -> assertThat(request.body().path("is_direct").asBoolean(false))
                                .isTrue());
    }

    @Test
    void aChatThatItsNumberWasTurnedOutOfIsReplaced() {
        String chat = alice.dm(ghost);
        awaitMembers(chat, 2);
        alice.kicks(chat, ghost);
        await().atMost(Duration.ofSeconds(5))
                .until(() ->
                        STAGE.bench().context.getBean(Rooms.class).known(chat).isEmpty());

        FakePhones.Phone _ = rings();

        String fresh = alice.expectRoomWith(ghost);
        assertThat(fresh).isNotEqualTo(chat);
        assertThat(alice.isInvitedTo(fresh)).isTrue();
    }

    @Test
    void anOpenInvitationIsNotRepeated() {
        String line = MatrixStage.lineRoom(alice);
        FakePhones.Phone first = rings();
        String chat = alice.expectRoomWith(ghost);
        first.ends(HangupCause.CANCELED);
        String _ = alice.expectNotice(line, "Missed call");

        FakePhones.Phone second = rings();

        assertThat(alice.expectCall().room()).isEqualTo(line);
        assertThat(alice.invitationsTo(chat)).isEqualTo(1);
        second.ends(HangupCause.CANCELED);
    }

    @Test
    void whoIsEncryptedIsToldOnce() {
        String chat = alice.dm(ghost);
        String _ = alice.sends(chat, "m.room.encrypted", content(), 0, true);
        String _ = alice.expectNotice(chat, "encrypted");

        String _ = alice.sends(chat, "m.room.encrypted", content(), 0, true);
        FakeCall call = alice.calls(chat, MatrixBench.ALICES_SDP);
        FakePhones.Phone _ = STAGE.phones().expectDialled(alice.id(), number);

        assertThat(alice.heard(chat).stream()
                        .filter(event -> event.path("type").asString("").equals("m.room.message")))
                .hasSize(1);
        call.hangsUp();
    }
}
