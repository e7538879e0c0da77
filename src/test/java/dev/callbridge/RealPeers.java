package dev.callbridge;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.testkit.BridgeUnderTest;
import dev.callbridge.testkit.FreePort;
import dev.callbridge.testkit.LineChild;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// The bridge among real ones: Synapse, baresip as the telephone of its only trunk, and browsers with
/// matrix-js-sdk.
final class RealPeers implements AutoCloseable {

    static final String SERVER = "callbridge.test";
    static final String BOT = "@_sip_bot:" + SERVER;

    /// The telephone's.
    static final String NUMBER = "+4930111111";

    /// By which the telephone calls bob, and carol.
    static final String BOB = "+4930901820";

    static final String CAROL = "+4930901821";
    static final Duration SOON = Duration.ofSeconds(20);

    /// A user as Synapse answered when it was registered.
    record Account(JsonNode user) {

        String authorization() {
            return "Bearer " + user.path("access_token").asString();
        }
    }

    final BridgeUnderTest bridge;
    final URI homeserver;

    /// The telephone, which knows PCMA only.
    final LineChild phone;

    private final Path directory;
    private final List<LineChild> running = new ArrayList<>();
    private final Map<String, Account> accounts = new HashMap<>();

    /// With users alice, bob and carol.
    ///
    /// @param limits Synapse's rate limits, `relaxed` or `default`
    /// @param settings says what is different
    RealPeers(Path directory, String limits, Consumer<BridgeUnderTest> settings) {
        this.directory = directory;
        int phonePort = FreePort.onLoopback();
        bridge = new BridgeUnderTest(directory, SERVER)
                .trunk("phone", phonePort)
                .with("callbridge.trunks.phone.codecs", "PCMA")
                .with("callbridge.media.listen", "0.0.0.0")
                .route("+", "phone")
                .number(BOB, "@bob:" + SERVER)
                .number(CAROL, "@carol:" + SERVER);
        settings.accept(bridge);
        LineChild synapse = keep(LineChild.demo(
                "synapse.py",
                "--data",
                made("synapse"),
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
        phone = keep(LineChild.demo(
                "phone.py",
                "--data",
                made("phone"),
                "--listen",
                "127.0.0.1:" + phonePort,
                "--peer",
                "127.0.0.1:" + bridge.sipPort(),
                "--number",
                NUMBER,
                "--codecs",
                "PCMA"));
        bridge.start(homeserver);
    }

    private String made(String name) {
        try {
            return Files.createDirectories(directory.resolve(name)).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ends it when all end.
    LineChild keep(LineChild started) {
        running.addFirst(started);
        return started;
    }

    /// A browser of its own, in which nobody is logged in.
    LineChild browser(String... options) {
        return keep(LineChild.demo("browser.py", options));
    }

    Account account(String name) {
        return requireNonNull(accounts.get(name));
    }

    Account login(LineChild browser, String name) {
        Account account = account(name);
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

    /// The room that a client's dial pad makes for a number.
    static String dialPad(LineChild browser, String number) {
        JsonNode found = browser.ask("lookup", Map.of("number", number)).path(0);
        return browser.ask("createDm", Map.of("user", found.path("userid").asString()))
                .path("room")
                .asString();
    }

    /// Calls a telephone that answers by itself.
    ///
    /// @return the call's id
    static String connect(LineChild browser, String room, LineChild phone) {
        String id = browser.ask("call", Map.of("room", room)).path("callId").asString();
        browser.event(Map.of("event", "state", "state", "connected", "callId", id), SOON);
        phone.event("established", SOON);
        return id;
    }

    /// Soon each hears what the other says, and not itself.
    static void bothHear(LineChild browser, int userHz, LineChild phone, int phoneHz) {
        await().atMost(SOON).untilAsserted(() -> {
            CompletableFuture<JsonNode> atPhone =
                    phone.send("hear", Map.of("seconds", 1, "hz", userHz, "own", phoneHz));
            JsonNode atBrowser = browser.ask("hear", Map.of("seconds", 1, "hz", phoneHz, "own", userHz));
            assertHeard("phone", atPhone.join());
            assertHeard("browser", atBrowser);
        });
    }

    private static void assertHeard(String who, JsonNode heard) {
        assertThat(heard.path("share").asDouble())
                .as("%s hears: %s", who, heard)
                .isGreaterThan(0.8);
        assertThat(heard.path("ownDb").asDouble())
                .as("%s hears: %s", who, heard)
                .isLessThan(-30);
    }

    /// Soon this is heard here.
    static void hears(LineChild ear, int hz) {
        await().atMost(SOON).untilAsserted(() -> assertThat(share(ear, hz)).isGreaterThan(0.8));
    }

    /// Soon baresip plays this, also after it was held; a while later it speaks again.
    static void plays(LineChild phone, int hz) {
        await().atMost(SOON).untilAsserted(() -> {
            JsonNode played = phone.ask("played", Map.of("seconds", 1, "hz", hz));
            assertThat(played.path("share").asDouble()).as("%s", played).isGreaterThan(0.8);
        });
    }

    /// Soon this is not heard here, whatever else is.
    static void hearsNothingOf(LineChild ear, int hz) {
        await().atMost(SOON).untilAsserted(() -> assertThat(share(ear, hz)).isLessThan(0.1));
    }

    private static double share(LineChild ear, int hz) {
        return ear.ask("hear", Map.of("seconds", 1, "hz", hz)).path("share").asDouble();
    }

    @Override
    public void close() {
        running.forEach(LineChild::close);
        bridge.close();
        bridge.database().close();
    }
}
