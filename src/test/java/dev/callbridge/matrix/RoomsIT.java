package dev.callbridge.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.call.HangupCause;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.FakeCall;
import dev.callbridge.testkit.FakeHomeserver;
import dev.callbridge.testkit.FakeUser;
import dev.callbridge.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Which rooms are a user's own with us, and what becomes of them.
class RoomsIT {

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final FakeHomeserver HOMESERVER = new FakeHomeserver(MatrixBench.SERVER);
    private static final TestDatabase DATABASE = new TestDatabase();
    private static final String BOT = "@_sip_bot:" + MatrixBench.SERVER;

    @TempDir
    private static Path directory;

    private static MatrixBench bench;

    private final FakeUser alice = HOMESERVER.user("@alice" + COUNT.incrementAndGet() + ":" + MatrixBench.SERVER);
    private final PhoneNumber number = new PhoneNumber("+49309017" + (2000 + COUNT.get()));
    private final String ghost = "@_sip_" + number.digits() + ":" + MatrixBench.SERVER;

    @BeforeAll
    static void start() {
        bench = new MatrixBench(HOMESERVER, DATABASE, directory);
    }

    @AfterEach
    void calm() {
        HOMESERVER.calm();
    }

    @AfterAll
    static void stop() {
        bench.close();
        HOMESERVER.close();
    }

    private static ObjectNode content() {
        return JsonMapper.shared().createObjectNode();
    }

    private String teamRoomWith(String ours) {
        FakeUser bob = HOMESERVER.user("@bob" + COUNT.get() + ":" + MatrixBench.SERVER);
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
        return bench.phones.calls(bench.registry, number, alice.id());
    }

    private String lineRoom() {
        String room = alice.dm(BOT);
        String _ = alice.expectNotice(room, "call +49");
        return room;
    }

    private void awaitMembers(String room, int howMany) {
        await().atMost(Duration.ofSeconds(5))
                .until(() ->
                        bench.context.getBean(Rooms.class).members(room, ghost).size() == howMany);
    }

    @Test
    void aCallNeverRingsInATeamsRoom() {
        HOMESERVER.acceptInvitesFor(alice.id());
        String team = teamRoomWith(ghost);

        FakePhones.Phone phone = rings();

        assertThat(alice.expectCall().room()).isNotEqualTo(team);
        phone.ends(HangupCause.CANCELED);
    }

    @Test
    void aTeamsRoomWithTheBotIsNobodysLine() {
        String line = lineRoom();
        String team = teamRoomWith(BOT);

        FakePhones.Phone phone = rings();

        assertThat(alice.expectCall().room()).isEqualTo(line).isNotEqualTo(team);
        phone.ends(HangupCause.CANCELED);
    }

    @Test
    void aChatThatOthersHaveJoinedIsReplaced() {
        HOMESERVER.acceptInvitesFor(alice.id());
        FakeUser bob = HOMESERVER.user("@bob" + COUNT.get() + ":" + MatrixBench.SERVER);
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
        FakePhones.Phone _ = bench.phones.expectDialled(alice.id(), number);

        assertThat(theirs.heard()).isEmpty();
        assertThat(bench.phones.dialled(number)).isEqualTo(1);
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
        assertThat(bench.phones.dialled(number)).isZero();
    }

    @Test
    void aCrowdIsLeft() {
        String crowd = alice.opens();
        for (int i = 0; i < 50; i++) {
            FakeUser one = HOMESERVER.user("@one" + i + ":" + MatrixBench.SERVER);
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
        String line = lineRoom();
        String chat = alice.dm(ghost);
        awaitMembers(chat, 2);
        alice.leaves(chat);
        awaitMembers(chat, 1);

        String _ = alice.says(line, "call " + number.e164());

        String _ = alice.expectNotice(line, "matrix.to");
        assertThat(alice.isInvitedTo(chat)).isTrue();
        assertThat(HOMESERVER.requests())
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
                .until(() -> bench.context.getBean(Rooms.class).known(chat).isEmpty());

        FakePhones.Phone _ = rings();

        String fresh = alice.expectRoomWith(ghost);
        assertThat(fresh).isNotEqualTo(chat);
        assertThat(alice.isInvitedTo(fresh)).isTrue();
    }

    @Test
    void anOpenInvitationIsNotRepeated() {
        String line = lineRoom();
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
        FakePhones.Phone _ = bench.phones.expectDialled(alice.id(), number);

        assertThat(alice.heard(chat).stream()
                        .filter(event -> event.path("type").asString("").equals("m.room.message")))
                .hasSize(1);
        call.hangsUp();
    }
}
