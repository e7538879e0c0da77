package dev.callbridge;

import static dev.callbridge.RealPeers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.testkit.FreePort;
import dev.callbridge.testkit.LineChild;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What is agreed on anew while people talk: matrix-js-sdk in Chromium on one side, linphone on the other.
@Timeout(240)
class HoldIT {

    private static final String NUMBER = "+4930222222";
    private static final int USER = 700;
    private static final int PHONE = 1900;
    private static final Pattern UFRAG = Pattern.compile("a=ice-ufrag:(\\S+)");

    private static final Pattern INFO_TAKEN = Pattern.compile("SIP/2.0 200 .*\\R(?:\\S.*\\R)*CSeq: \\d+ INFO");

    @TempDir
    private static Path directory;

    private static RealPeers peers;
    private static LineChild phone;
    private static LineChild browser;
    private static String room;

    @BeforeAll
    static void start() {
        int port = FreePort.onLoopback();
        peers = new RealPeers(
                directory,
                "relaxed",
                bridge -> bridge.trunk("pbx", port)
                        .with("callbridge.trunks.pbx.codecs", "PCMA")
                        .with("callbridge.trunks.pbx.probe", "0s")
                        .with("callbridge.trunks.pbx.dtmf", "info")
                        .route(NUMBER, "pbx"));
        phone = peers.keep(LineChild.demo(
                "linphone.py",
                "--listen",
                "127.0.0.1:" + port,
                "--peer",
                "127.0.0.1:" + peers.bridge.sipPort(),
                "--number",
                NUMBER,
                "--info",
                "--data",
                directory.resolve("linphone").toString()));
        phone.ask("speak", Map.of("hz", PHONE));
        phone.ask("autoAnswer", Map.of("delay", 100));
        browser = peers.browser();
        peers.login(browser, "alice");
        browser.ask("speak", Map.of("hz", USER));
        room = RealPeers.dialPad(browser, NUMBER);
    }

    @AfterAll
    static void stop() {
        peers.close();
    }

    @BeforeEach
    void call() {
        RealPeers.connect(browser, room, phone);
        phone.event("rtp", SOON);
    }

    @AfterEach
    void hangUp() {
        browser.ask("hangup");
        browser.event("ended", SOON);
        phone.event("ended", SOON);
    }

    private static void bothHear() {
        RealPeers.bothHear(browser, USER, phone, PHONE);
    }

    @Test
    void theTelephoneShowsThatTheUserHoldsUntilSheResumes() {
        browser.ask("hold", Map.of("on", true));

        phone.event("held", SOON);
        browser.event(Map.of("event", "remoteHold", "held", true), SOON);
        RealPeers.hearsNothingOf(phone, USER);

        browser.ask("hold", Map.of("on", false));

        phone.event("rtp", SOON);
        bothHear();
    }

    /// What it plays meanwhile is its voice.
    @Test
    void theUserSeesThatTheTelephoneHoldsUntilItResumes() {
        phone.ask("hold");

        browser.event(Map.of("event", "localHold", "held", true), SOON);
        RealPeers.hears(browser, PHONE);

        phone.ask("resume");

        browser.event(Map.of("event", "localHold", "held", false), SOON);
        bothHear();
    }

    @Test
    void whoeverHoldsIsNotResumedByTheOther() {
        browser.ask("hold", Map.of("on", true));
        phone.event("held", SOON);
        phone.ask("hold");
        browser.event(Map.of("event", "localHold", "held", true), SOON);

        phone.ask("resume");

        phone.event("held", SOON);
        RealPeers.hearsNothingOf(phone, USER);
        browser.ask("hold", Map.of("on", false));
        phone.event("rtp", SOON);
        bothHear();
    }

    @Test
    void soundGoesOnWhenTheClientRestartsIce() {
        String before = ufrag();

        browser.ask("restartIce");

        await().atMost(SOON).until(() -> !ufrag().equals(before));
        bothHear();
    }

    @Test
    void addedVideoIsRefusedWhileSoundStays() {
        browser.ask("video", Map.of("on", true));

        await().atMost(SOON).until(() -> remote().path("sdp").asString().contains("m=video 0 "));
        bothHear();
    }

    /// Browsers can't tell which keys they receive.
    @Test
    void keysTravelByInfoWhereTheTrunkWantsIt() {
        browser.ask("dtmf", Map.of("digits", "1155#"));
        for (String digit : List.of("1", "1", "5", "5", "#")) {
            assertThat(phone.event("key", SOON).path("key").asString()).isEqualTo(digit);
        }

        phone.ask("key", Map.of("key", "7"));

        Path messages = directory.resolve("linphone/sip.log");
        await().atMost(SOON)
                .until(() -> INFO_TAKEN
                        .matcher(Files.readString(messages, StandardCharsets.ISO_8859_1))
                        .find());
        bothHear();
    }

    /// What the bridge described last.
    private static JsonNode remote() {
        return browser.ask("sdp").path("remote");
    }

    private static String ufrag() {
        var found = UFRAG.matcher(remote().path("sdp").asString());
        assertThat(found.find()).isTrue();
        return found.group(1);
    }
}
