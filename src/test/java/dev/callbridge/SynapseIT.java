package dev.callbridge;

import static dev.callbridge.RealPeers.BOT;
import static dev.callbridge.RealPeers.SERVER;
import static dev.callbridge.RealPeers.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.RealPeers.Account;
import dev.callbridge.testkit.LineChild;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Real calls: Synapse, matrix-js-sdk in Chromium, and baresip on the telephone's side.
@Timeout(300)
@SuppressWarnings("NullAway.Init") // the fields are set by start()
class SynapseIT {

    @TempDir
    Path directory;

    RealPeers peers;
    LineChild phone;
    LineChild browser;

    void start(String limits) {
        peers = new RealPeers(directory, limits, _ -> {});
        phone = peers.phone;
        browser = peers.browser();
    }

    @AfterEach
    void stop() {
        peers.close();
    }

    @Test
    void aFirstTimeCallerRingsAUserWhoHasJoinedOnlyTheLineRoom() throws Exception {
        start("relaxed");
        peers.login(browser, "bob");
        String line = browser.ask("welcome", Map.of("user", BOT))
                .path("joined")
                .path(0)
                .asString();
        browser.ask("speak", Map.of("hz", 700));
        phone.ask("speak", Map.of("hz", 1900));

        phone.ask("dial", Map.of("number", RealPeers.BOB));
        JsonNode incoming = browser.event("incoming", SOON);
        assertThat(incoming.path("room").asString()).isEqualTo(line);
        assertThat(browser.event("message", SOON).path("text").asString()).contains("+49 30 111111");

        browser.ask("answer");
        phone.event("established", SOON);
        RealPeers.bothHear(browser, 700, phone, 1900);

        phone.ask("hangup");
        assertThat(browser.event("ended", SOON).path("reason").asString()).isEqualTo("user_hangup");
    }

    @Test
    void aUserWhoHasJoinedNothingIsNotReachableAndFindsANotice() throws Exception {
        start("relaxed");
        phone.ask("dial", Map.of("number", RealPeers.CAROL));
        assertThat(phone.event("ended", SOON).path("reason").asString()).contains("480");

        Account carol = peers.login(browser, "carol");
        String ghost = "@_sip_4930111111:" + SERVER;
        String room = browser.ask("welcome", Map.of("user", ghost))
                .path("joined")
                .path(0)
                .asString();
        assertThat(room).as("the ghost's room waits as an invitation").isNotBlank();
        assertThat(notices(carol, room)).anySatisfy(text -> assertThat(text).containsIgnoringCase("missed call"));
    }

    @Test
    void theTelephoneIsHungUpAtOnceAlthoughTheUsersHangupIsLostToTheRateLimit() throws Exception {
        start("default");
        Account alice = peers.login(browser, "alice");
        browser.ask("speak", Map.of("hz", 700));
        phone.ask("autoAnswer", Map.of("delay", 100));
        String room = RealPeers.dialPad(browser, RealPeers.NUMBER);
        for (int call = 1; call <= 2; call++) {
            RealPeers.connect(browser, room, phone);
            phone.ask("hangup");
            browser.event("ended", SOON);
            phone.event("ended", SOON);
        }
        String third = RealPeers.connect(browser, room, phone);
        int messages = 0;
        while (maySend(alice, room, messages)) {
            messages++;
        }

        long hungUp = System.nanoTime();
        browser.ask("hangup", Map.of("callId", third));
        phone.event("ended", SOON);
        assertThat(Duration.ofNanos(System.nanoTime() - hungUp)).isLessThan(Duration.ofSeconds(3));
        browser.event(Map.of("event", "signal", "type", "m.call.hangup", "status", 429), SOON);
    }

    /// As the user, by another client of hers: the limit counts all of them together.
    boolean maySend(Account account, String room, int number) throws Exception {
        URI send = inRoom(room, "/send/m.room.message/more-" + number);
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(send)
                    .header("Authorization", account.authorization())
                    .PUT(HttpRequest.BodyPublishers.ofString("{\"msgtype\":\"m.text\",\"body\":\"hello\"}"))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 200;
        }
    }

    URI inRoom(String room, String rest) {
        return peers.homeserver.resolve(
                "/_matrix/client/v3/rooms/" + URLEncoder.encode(room, StandardCharsets.UTF_8) + rest);
    }

    List<String> notices(Account account, String room) throws Exception {
        URI messages = peers.homeserver.resolve("/_matrix/client/v3/rooms/"
                + URLEncoder.encode(room, StandardCharsets.UTF_8) + "/messages?dir=b&limit=50");
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(messages)
                    .header(
                            "Authorization",
                            "Bearer " + account.user().path("access_token").asString())
                    .build();
            String body =
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body();
            return new JsonMapper()
                    .readTree(body)
                    .path("chunk")
                    .valueStream()
                    .filter(event -> event.path("type").asString().equals("m.room.message"))
                    .map(event -> event.path("content").path("body").asString(""))
                    .toList();
        }
    }
}
