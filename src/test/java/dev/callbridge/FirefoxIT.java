package dev.callbridge;

import static dev.callbridge.RealPeers.BOT;
import static dev.callbridge.RealPeers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.testkit.LineChild;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Calls of a user whose client runs in Firefox. Without a sound device it speaks one tone and can only tell how loud
/// it is where it listens.
@Timeout(180)
class FirefoxIT {

    private static final int USER = 700;
    private static final int PHONE = 1900;

    @TempDir
    private static Path directory;

    private static RealPeers peers;
    private static LineChild phone;
    private static LineChild browser;

    @BeforeAll
    static void start() {
        peers = new RealPeers(directory, "relaxed", _ -> {});
        phone = peers.phone;
        phone.ask("speak", Map.of("hz", PHONE));
        browser = peers.browser("--browser=firefox", "--hz=" + USER);
        peers.login(browser, "bob");
        browser.ask("welcome", Map.of("user", BOT));
    }

    @AfterAll
    static void stop() {
        peers.close();
    }

    @Test
    void aUserAndTheTelephoneSheCallsHearEachOther() {
        phone.ask("autoAnswer", Map.of("delay", 100));
        RealPeers.connect(browser, RealPeers.dialPad(browser, RealPeers.NUMBER), phone);

        bothHear();
        browser.ask("dtmf", Map.of("digits", "1155#"));
        for (String digit : List.of("1", "1", "5", "5", "#")) {
            assertThat(phone.event("key", SOON).path("key").asString()).isEqualTo(digit);
        }

        browser.ask("hangup");
        phone.event("ended", SOON);
        phone.ask("autoAnswer", Map.of("auto", false));
    }

    @Test
    void aTelephoneAndTheUserItCallsHearEachOther() {
        phone.ask("dial", Map.of("number", RealPeers.BOB));
        browser.event("incoming", SOON);
        browser.ask("answer");
        phone.event("established", SOON);

        bothHear();

        phone.ask("hangup");
        assertThat(browser.event("ended", SOON).path("reason").asString()).isEqualTo("user_hangup");
    }

    private static void bothHear() {
        await().atMost(SOON).until(() -> level() > 0.01);
        JsonNode atPhone = phone.ask("hear", Map.of("seconds", 2, "hz", USER, "own", PHONE));
        assertThat(atPhone.path("share").asDouble())
                .as("phone hears: " + atPhone)
                .isGreaterThan(0.8);
        assertThat(atPhone.path("ownDb").asDouble()).isLessThan(-30);
    }

    /// How loud it is in the browser, 0 to 1.
    private static double level() {
        return browser.ask("stats").path("inbound").path(0).path("audioLevel").asDouble(0);
    }
}
