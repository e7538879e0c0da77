package dev.callbridge.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.store.TransactionRepository;
import dev.callbridge.testkit.FakeCall;
import dev.callbridge.testkit.FakeHomeserver;
import dev.callbridge.testkit.FakeUser;
import dev.callbridge.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Another process takes over with the same database.
class RestartIT {

    private static final PhoneNumber NUMBER = new PhoneNumber("+4930901820");
    private static final String GHOST = "@_sip_4930901820:" + MatrixBench.SERVER;

    @TempDir
    private Path directory;

    private final TestDatabase database = new TestDatabase();

    @Test
    void whatWasActedUponIsNotDoneAgainAndWhatWasLeftOverIs() {
        try (var homeserver = new FakeHomeserver(MatrixBench.SERVER)) {
            FakeUser alice = homeserver.user("@alice:" + MatrixBench.SERVER);
            String room;
            String party;
            try (var first = new MatrixBench(homeserver, database, directory)) {
                room = alice.dm(GHOST);
                FakeCall call = alice.calls(room, MatrixBench.ALICES_SDP);
                FakePhones.Phone phone = first.phones.expectDialled(alice.id(), NUMBER);
                phone.answers();
                party = call.expectAnswer().path("party_id").asString("");
            }
            store(alice, room);
            try (var second = new MatrixBench(homeserver, database, directory)) {
                assertThat(homeserver.repeatLastTransaction()).isEqualTo(200);

                FakePhones.Phone phone = second.phones.expectDialled(alice.id(), NUMBER);
                phone.answers();

                JsonNode answer = alice.expect(
                        room,
                        event -> event.path("content")
                                        .path("call_id")
                                        .asString("")
                                        .equals("left-over")
                                && event.path("type").asString("").equals("m.call.answer"));
                assertThat(answer.path("content").path("party_id").asString("")).isEqualTo(party);
                assertThat(second.phones.dialled(NUMBER)).isEqualTo(1);
                await().atMost(Duration.ofSeconds(5))
                        .untilAsserted(() -> assertThat(database.jdbc()
                                        .sql("select count(*) from matrix_transaction where processed is null")
                                        .query(Long.class)
                                        .single())
                                .isZero());
            }
        }
    }

    /// As if the process had died between storing a transaction and working it through.
    private void store(FakeUser alice, String room) {
        ObjectNode invite = JsonMapper.shared()
                .createObjectNode()
                .put("call_id", "left-over")
                .put("party_id", "ALICEPHONE")
                .put("version", "1")
                .put("lifetime", 60_000);
        invite.putObject("offer").put("type", "offer").put("sdp", MatrixBench.ALICES_SDP);
        String eventId = alice.sends(room, "m.call.invite", invite, 0, false);
        ObjectNode body = JsonMapper.shared().createObjectNode();
        ObjectNode event = body.putArray("events").addObject();
        event.put("room_id", room)
                .put("sender", alice.id())
                .put("type", "m.call.invite")
                .put("event_id", eventId)
                .set("content", invite);
        event.putObject("unsigned").put("age", 5);
        var transactions = new TransactionRepository(database.jdbc());
        assertThat(transactions
                        .store("4711", "digest", body.toString(), Instant.now())
                        .open())
                .isTrue();
    }
}
