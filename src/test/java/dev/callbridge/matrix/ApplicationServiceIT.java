package dev.callbridge.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.Announcement;
import dev.callbridge.testkit.FakeHomeserver;
import dev.callbridge.testkit.FakeUser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the homeserver asks us, through real HTTP.
class ApplicationServiceIT {

    private static final String SOMETHING = "{\"events\":[{\"type\":\"m.test\"}]}";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String LOOK_UP = "/_matrix/app/v1/thirdparty/user/m.protocol.pstn?m.id.phone=";

    @RegisterExtension
    static final MatrixStage STAGE = new MatrixStage();

    private static HttpResponse<String> ask(String method, String path, String token, String body) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create(STAGE.bench().url() + path))
                    .method(method, HttpRequest.BodyPublishers.ofString(body));
            if (!token.isEmpty()) {
                request.header("Authorization", "Bearer " + token);
            }
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<String> get(String path) {
        return ask("GET", path, FakeHomeserver.HS_TOKEN, "");
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    private static String code(HttpResponse<String> response) {
        return json(response).path("errcode").asString("");
    }

    @Nested
    class Tokens {

        @ParameterizedTest
        @ValueSource(strings = {"/_matrix/app/v1/users/x", "/users/x", "/rooms/x", "/_matrix/app/v1/nonsense"})
        void areAskedFor(String path) {
            HttpResponse<String> response = ask("GET", path, "", "");

            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(code(response)).isEqualTo("M_UNAUTHORIZED");
        }

        @Test
        void areCompared() {
            HttpResponse<String> response = ask("PUT", "/_matrix/app/v1/transactions/1", "wrong", "{}");

            assertThat(response.statusCode()).isEqualTo(403);
            assertThat(code(response)).isEqualTo("M_FORBIDDEN");
        }

        @Test
        void mayStandInTheQueryAsTheyOnceDid() {
            String path = "/_matrix/app/v1/thirdparty/protocol/m.protocol.pstn?access_token=" + FakeHomeserver.HS_TOKEN;

            assertThat(ask("GET", path, "", "").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void anUnknownEndpointIsUnrecognized() {
        HttpResponse<String> response = get("/_matrix/app/v2/whatever");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(code(response)).isEqualTo("M_UNRECOGNIZED");
    }

    @Test
    void aPingIsAnswered() {
        assertThat(ask("POST", "/_matrix/app/v1/ping", FakeHomeserver.HS_TOKEN, "{}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void whatCantBeWrittenDownIsNotAcknowledged() throws SQLException {
        await().atMost(Duration.ofSeconds(8)).until(() -> pings() > 0);
        String path = "/_matrix/app/v1/transactions/hanging";
        long before = pings();
        try (var connection = STAGE.database().dataSource().getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table matrix_transaction in access exclusive mode");

            assertThat(ask("PUT", path, FakeHomeserver.HS_TOKEN, SOMETHING).statusCode())
                    .isEqualTo(503);
            // Typing and receipts come often, and nobody here needs them.
            assertThat(ask("PUT", path + "-typing", FakeHomeserver.HS_TOKEN, "{\"events\":[],\"ephemeral\":[{}]}")
                            .statusCode())
                    .isEqualTo(200);
            connection.rollback();
        }
        assertThat(ask("PUT", path, FakeHomeserver.HS_TOKEN, SOMETHING).statusCode())
                .isEqualTo(200);
        // It waits longer and longer to repeat what was not taken, unless it hears from us.
        await().atMost(Duration.ofSeconds(10)).until(() -> pings() > before);
    }

    private static long pings() {
        return STAGE.homeserver().requests().stream()
                .filter(request -> request.path().endsWith("/ping"))
                .count();
    }

    @Test
    void whatIsNoJsonIsSaidSo() {
        HttpResponse<String> response = ask("PUT", "/_matrix/app/v1/transactions/x1", FakeHomeserver.HS_TOKEN, "{");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(code(response)).isEqualTo("M_NOT_JSON");
    }

    @Test
    void aTransactionByTheOldPathIsTaken() {
        assertThat(ask("PUT", "/transactions/old1", FakeHomeserver.HS_TOKEN, "{\"events\":[]}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Nested
    class Users {

        @Test
        void existFromWhenTheyAreAskedFor() {
            assertThat(get("/_matrix/app/v1/users/%40_sip_49301111%3Aexample.org")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(STAGE.homeserver().registered()).contains("@_sip_49301111:example.org");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "%40alice%3Aexample.org",
                    "%40_sip_nonsense%3Aexample.org",
                    "%40_sip_493%2F0%3Aexample.org",
                    "%40_sip_49301112%3Aelsewhere.example"
                })
        void whoAreNotOursDoNot(String user) {
            HttpResponse<String> response = get("/_matrix/app/v1/users/" + user);

            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(code(response)).isEqualTo("M_NOT_FOUND");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/_matrix/app/v1/rooms/%23_sip_%2B49%2030/1%3Aexample.org",
                "/_matrix/app/v1/rooms/%23_sip_%2B49%2F1%3Aexample.org",
                "/rooms/%23_sip_1%3Aexample.org"
            })
    void noRoomHasAnAlias(String path) {
        HttpResponse<String> response = get(path);

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(code(response)).isEqualTo("M_NOT_FOUND");
    }

    @Nested
    class LookUps {

        @ParameterizedTest
        @ValueSource(strings = {"m.protocol.pstn", "im.vector.protocol.pstn"})
        void areOfferedUnderBothNames(String protocol) {
            JsonNode described = json(get("/_matrix/app/v1/thirdparty/protocol/" + protocol));

            assertThat(described.path("instances").isEmpty()).isFalse();
            assertThat(described.path("user_fields").path(0).asString("")).isEqualTo("m.id.phone");
            assertThat(described.path("location_fields").isArray()).isTrue();
        }

        @Test
        void ofAnotherNetworkAreUnknown() {
            assertThat(get("/_matrix/app/v1/thirdparty/protocol/irc").statusCode())
                    .isEqualTo(404);
        }

        @ParameterizedTest(name = "{0} is {1}")
        @CsvSource({
            "%2B49+%280%2930%2F90+18-20,@_sip_4930901820:example.org",
            "030%20901820,@_sip_4930901820:example.org",
            "%2B4930901820,@_sip_4930901820:example.org",
            "712,@_sip_pbx.712:example.org",
            "112,@_sip_carrier.112:example.org",
            "*31%23,@_sip_carrier.=2a31=23:example.org"
        })
        void readWhatPeopleType(String typed, String ghost) {
            JsonNode found = json(get(LOOK_UP + typed));

            assertThat(found.size()).isEqualTo(1);
            assertThat(found.path(0).path("userid").asString("")).isEqualTo(ghost);
            assertThat(found.path(0).path("protocol").asString("")).isEqualTo("m.protocol.pstn");
            assertThat(found.path(0).path("fields").path("m.id.phone").asString(""))
                    .isNotEmpty();
            assertThat(STAGE.homeserver().registered()).contains(ghost);
            assertThat(STAGE.homeserver().displayName(ghost)).isNotEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"hello", "", "%2B", "sip%3Ax%40y"})
        void findNothingInNonsense(String typed) {
            HttpResponse<String> response = get(LOOK_UP + typed);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("[]");
        }

        @Test
        void workTheOtherWayRound() {
            JsonNode found = json(get("/_matrix/app/v1/thirdparty/user?userid=%40_sip_4930901820%3Aexample.org"));

            assertThat(found.path(0).path("fields").path("m.id.phone").asString(""))
                    .isEqualTo("+4930901820");
        }

        @Test
        void knowNoPlaces() {
            assertThat(get("/_matrix/app/v1/thirdparty/location/m.protocol.pstn")
                            .body())
                    .isEqualTo("[]");
        }
    }

    @Test
    void theHomeserversReachIsAnnounced() {
        await().atMost(Duration.ofSeconds(8))
                .untilAsserted(() -> assertThat(STAGE.bench()
                                .context
                                .getBean(Announcement.class)
                                .lines())
                        .hasSize(1)
                        .allSatisfy(line -> assertThat(line).contains("reach")));
    }

    @Nested
    class TheBot {

        private final FakeUser carol = STAGE.homeserver().user("@carol:" + MatrixBench.SERVER);

        private void answers(String said, String notice) {
            String room = carol.dm(MatrixStage.BOT);
            String _ = carol.says(room, said);

            String _ = carol.expectNotice(room, notice);
        }

        @Test
        void opensAChatForANumberAndLinksToIt() {
            String room = carol.dm(MatrixStage.BOT);
            String _ = carol.says(room, "call +49 30 5555");

            String notice = carol.expectNotice(room, "matrix.to");

            String chat = carol.expectRoomWith("@_sip_49305555:" + MatrixBench.SERVER);
            assertThat(notice).contains("+49 30 5555").contains("/#/%21");
            assertThat(carol.isInvitedTo(chat)).isTrue();
        }

        @Test
        void saysWhenItCantReadANumber() {
            answers("call my mother", "can't read \"my mother\"");
        }

        @Test
        void refusesEmergencyNumbersAtOnce() {
            answers("call 112", "Emergency calls can't be made here");
        }

        @Test
        void helpsWhoSaysAnythingElse() {
            answers("good morning", "Write \"call\" and a number");
        }

        @Test
        void refusesACallInItsRoomAndSaysHowToDial() {
            String room = carol.dm(MatrixStage.BOT);

            JsonNode _ = carol.calls(room, MatrixBench.ALICES_SDP).expectReject();

            String _ = carol.expectNotice(room, "To call a telephone from here");
        }

        @Test
        void staysSilentInAGhostsChat() {
            String room = carol.dm("@_sip_49305556:" + MatrixBench.SERVER);
            String _ = carol.says(room, "call +49 30 5557");
            String botRoom = carol.dm(MatrixStage.BOT);
            String _ = carol.says(botRoom, "help");

            String _ = carol.expectNotice(botRoom, "Write \"call\"");

            assertThat(carol.heard(room).stream()
                            .map(event -> event.path("type").asString("")))
                    .doesNotContain("m.room.message");
        }
    }
}
