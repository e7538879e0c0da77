package dev.callbridge;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.testkit.BridgeUnderTest;
import dev.callbridge.testkit.FreePort;
import dev.callbridge.testkit.LineChild;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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

    static final String SERVER = "callbridge.test";
    static final String BOT = "@_sip_bot:" + SERVER;
    static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    final List<AutoCloseable> running = new ArrayList<>();
    final int phonePort = FreePort.onLoopback();

    final Map<String, Account> accounts = new HashMap<>();

    /// @param user as Synapse answered when it was registered
    record Account(JsonNode user) {

        String authorization() {
            return "Bearer " + user.path("access_token").asString();
        }
    }

    BridgeUnderTest bridge;
    LineChild synapse;
    LineChild phone;
    LineChild browser;
    URI homeserver;

    void start(String limits) throws Exception {
        bridge = keep(new BridgeUnderTest(directory, SERVER));
        bridge.trunk("phone", phonePort)
                .with("callbridge.trunks.phone.codecs", "PCMA")
                .route("+", "phone")
                .number("+4930901820", "@bob:" + SERVER)
                .number("+4930901821", "@carol:" + SERVER);
        synapse = keep(LineChild.demo(
                "synapse.py",
                "--data",
                Files.createDirectories(directory.resolve("synapse")).toString(),
                "--server-name",
                SERVER,
                "--limits",
                limits,
                "--registration",
                bridge.registration().toString()));
        homeserver = URI.create(synapse.said("url"));
        for (String name : List.of("alice", "bob", "carol")) {
            accounts.put(name, new Account(synapse.ask("user", Map.of("name", name))));
        }
        bridge.start(homeserver);
        phone = keep(LineChild.demo(
                "phone.py",
                "--data",
                Files.createDirectories(directory.resolve("phone")).toString(),
                "--listen",
                "127.0.0.1:" + phonePort,
                "--peer",
                "127.0.0.1:" + bridge.sipPort(),
                "--number",
                "+4930111111",
                "--codecs",
                "PCMA"));
        browser = keep(LineChild.demo("browser.py"));
    }

    <T extends AutoCloseable> T keep(T started) {
        running.addFirst(started);
        return started;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : running) {
            each.close();
        }
    }

    Account login(String name) {
        Account account = requireNonNull(accounts.get(name));
        JsonNode user = account.user();
        browser.ask(
                "login",
                Map.of(
                        "homeserver",
                        homeserver.toString(),
                        "user",
                        user.path("user_id").asString(),
                        "token",
                        user.path("access_token").asString(),
                        "device",
                        user.path("device_id").asString()));
        return account;
    }

    @Test
    void aFirstTimeCallerRingsAUserWhoHasJoinedOnlyTheLineRoom() throws Exception {
        start("relaxed");
        login("bob");
        String line = browser.ask("welcome", Map.of("user", BOT))
                .path("joined")
                .path(0)
                .asString();
        browser.ask("speak", Map.of("hz", 700));
        phone.ask("speak", Map.of("hz", 1900));

        phone.ask("dial", Map.of("number", "+4930901820"));
        JsonNode incoming = browser.event("incoming", SOON);
        assertThat(incoming.path("room").asString()).isEqualTo(line);
        assertThat(browser.event("message", SOON).path("text").asString()).contains("+49 30 111111");

        browser.ask("answer");
        phone.event("established", SOON);
        var atPhone = phone.send("hear", Map.of("seconds", 2, "hz", 700, "own", 1900));
        JsonNode atBrowser = browser.ask("hear", Map.of("seconds", 2, "hz", 1900, "own", 700));
        assertThat(atBrowser.path("share").asDouble())
                .as("browser hears: " + atBrowser)
                .isGreaterThan(0.8);
        assertThat(atPhone.join().path("share").asDouble())
                .as("phone hears: " + atPhone.join())
                .isGreaterThan(0.8);

        phone.ask("hangup");
        assertThat(browser.event("ended", SOON).path("reason").asString()).isEqualTo("user_hangup");
    }

    @Test
    void aUserWhoHasJoinedNothingIsNotReachableAndFindsANotice() throws Exception {
        start("relaxed");
        phone.ask("dial", Map.of("number", "+4930901821"));
        assertThat(phone.event("ended", SOON).path("reason").asString()).contains("480");

        Account carol = login("carol");
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
        Account alice = login("alice");
        browser.ask("speak", Map.of("hz", 700));
        phone.ask("autoAnswer", Map.of("delay", 100));
        String ghost = browser.ask("lookup", Map.of("number", "+49 30 111111"))
                .path(0)
                .path("userid")
                .asString();
        String room =
                browser.ask("createDm", Map.of("user", ghost)).path("room").asString();
        for (int call = 1; call <= 2; call++) {
            connect(room);
            phone.ask("hangup");
            browser.event("ended", SOON);
            phone.event("ended", SOON);
        }
        String third = connect(room);
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

    String connect(String room) {
        String id = browser.ask("call", Map.of("room", room)).path("callId").asString();
        browser.event(Map.of("event", "state", "state", "connected", "callId", id), SOON);
        phone.event("established", SOON);
        return id;
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
        return homeserver.resolve("/_matrix/client/v3/rooms/" + URLEncoder.encode(room, StandardCharsets.UTF_8) + rest);
    }

    List<String> notices(Account account, String room) throws Exception {
        URI messages = homeserver.resolve("/_matrix/client/v3/rooms/" + URLEncoder.encode(room, StandardCharsets.UTF_8)
                + "/messages?dir=b&limit=50");
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
