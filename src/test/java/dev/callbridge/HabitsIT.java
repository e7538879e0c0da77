package dev.callbridge;

import static dev.callbridge.RealPeers.SERVER;
import static dev.callbridge.RealPeers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.RealPeers.Account;
import dev.callbridge.sdp.Fixtures;
import dev.callbridge.testkit.LineChild;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What people do during calls, with Synapse and matrix-js-sdk in Chromium.
@Timeout(180)
class HabitsIT {

    private static final int USER = 700;
    private static final int PHONE = 1900;
    private static final String GHOST = "@_sip_" + RealPeers.NUMBER.substring(1) + ":" + SERVER;
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    private static Path directory;

    private static RealPeers peers;
    private static LineChild phone;
    private static LineChild browser;
    private static String room;

    @BeforeAll
    static void start() {
        peers = new RealPeers(directory, "relaxed", _ -> {});
        phone = peers.phone;
        phone.ask("autoAnswer", Map.of("delay", 100));
        phone.ask("speak", Map.of("hz", PHONE));
        browser = peers.browser();
        Account _ = peers.login(browser, "alice");
        browser.ask("speak", Map.of("hz", USER));
        room = RealPeers.dialPad(browser, RealPeers.NUMBER);
    }

    @AfterAll
    static void stop() {
        peers.close();
    }

    @AfterEach
    void hangUp() {
        phone.ask("hangup");
    }

    /// Descriptions of this type that the bridge sent during the call.
    private static List<JsonNode> negotiated(String call, String type) {
        return browser.ask("signals", Map.of("callId", call))
                .valueStream()
                .filter(signal -> signal.path("type").asString("").equals("m.call.negotiate"))
                .filter(signal -> signal.path("direction").asString("").equals("in"))
                .map(signal -> signal.path("content"))
                .filter(content ->
                        content.path("description").path("type").asString("").equals(type))
                .toList();
    }

    private static void expectAnswers(String call, int number) {
        await().atMost(SOON).until(() -> negotiated(call, "answer").size() == number);
    }

    @Test
    void aUserHoldsAndResumes() {
        String call = RealPeers.connect(browser, room, phone);
        RealPeers.bothHear(browser, USER, phone, PHONE);

        browser.ask("hold", Map.of("callId", call));
        expectAnswers(call, 1);
        assertThat(negotiated(call, "answer")
                        .getFirst()
                        .path("description")
                        .path("sdp")
                        .asString(""))
                .containsAnyOf("a=recvonly", "a=inactive");

        browser.ask("hold", Map.of("callId", call, "on", false));
        expectAnswers(call, 2);
        RealPeers.plays(phone, USER);
        RealPeers.hears(browser, PHONE);
    }

    @Test
    void aUserWhosePathIsRestartedIsHeardOn() {
        String call = RealPeers.connect(browser, room, phone);

        browser.ask("restartIce", Map.of("callId", call));

        expectAnswers(call, 1);
        RealPeers.bothHear(browser, USER, phone, PHONE);
    }

    @Test
    void aCallThatIsSentToADeviceIsAnsweredAtADevice() throws Exception {
        Account bob = peers.account("bob");
        String chat = directChat(bob);
        ObjectNode invite = JSON.createObjectNode()
                .put("call_id", "to-device-1")
                .put("party_id", "bobs/session==")
                .put("version", "1")
                .put("room_id", chat)
                .put("device_id", bob.user().path("device_id").asString())
                .put("sender_session_id", "bobs/session==")
                .put("lifetime", 60_000)
                .put("invitee", GHOST);
        invite.putObject("offer").put("type", "offer").put("sdp", Fixtures.text("matrix-js-sdk-43-offer.sdp"));
        ObjectNode body = JSON.createObjectNode();
        body.putObject("messages").putObject(GHOST).set("*", invite);

        JsonNode _ = as(bob, "PUT", "sendToDevice/m.call.invite/first", body.toString());

        phone.event("established", SOON);
        JsonNode answer = await().atMost(SOON)
                .until(
                        () -> as(bob, "GET", "sync", "")
                                .path("to_device")
                                .path("events")
                                .valueStream()
                                .filter(event -> event.path("type").asString("").equals("m.call.answer"))
                                .findFirst()
                                .orElse(JSON.createObjectNode()),
                        event -> event.has("type"));
        assertThat(answer.path("sender").asString("")).isEqualTo(GHOST);
        assertThat(answer.path("content").path("room_id").asString("")).isEqualTo(chat);
        assertThat(answer.path("content").path("dest_session_id").asString("")).isEqualTo("bobs/session==");
    }

    /// A room of `user` in which the telephone's ghost is.
    private static String directChat(Account user) throws Exception {
        String wish = JSON.writeValueAsString(
                Map.of("preset", "trusted_private_chat", "is_direct", true, "invite", List.of(GHOST)));
        String chat = as(user, "POST", "createRoom", wish).path("room_id").asString();
        String members = "rooms/" + URLEncoder.encode(chat, StandardCharsets.UTF_8) + "/joined_members";
        await().atMost(SOON)
                .until(() -> as(user, "GET", members, "").path("joined").has(GHOST));
        return chat;
    }

    private static JsonNode as(Account user, String method, String path, String body)
            throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(peers.homeserver.resolve("/_matrix/client/v3/" + path))
                    .header("Authorization", user.authorization())
                    .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                    .build();
            return JSON.readTree(http.send(request, BodyHandlers.ofString()).body());
        }
    }
}
