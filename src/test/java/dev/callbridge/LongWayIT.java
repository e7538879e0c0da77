package dev.callbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.callbridge.testkit.FarBrowser;
import dev.callbridge.testkit.Laboratory;
import dev.callbridge.testkit.Outpost;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A call with somebody on another continent, through all of the bridge, in networks of their own.
@Timeout(180)
class LongWayIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String KEYS = "1159#";

    @TempDir
    private static Path directory;

    @Test
    void peopleFarApartTalkAndPressKeysAndTheRecordTellsHowFarItWas() {
        String missing = Laboratory.missing() + Laboratory.missingForDelay();
        assumeTrue(missing.isEmpty(), missing);
        try (var network = new Laboratory();
                var bridge = new Outpost(directory, network, "bridge", FarBridge.class, Laboratory.PUBLIC);
                var client = new Outpost(
                        directory,
                        network,
                        "client",
                        FarBrowser.class,
                        Laboratory.AT_HOME,
                        String.valueOf(Bench.BROWSER.hertz()),
                        String.valueOf(Bench.PHONE.hertz()))) {
            network.delay(Duration.ofMillis(150), Duration.ofMillis(30));
            network.lose(2);
            client.ready();
            bridge.ready();

            String _ = client.ask("answered", bridge.ask("call", client.ask("offer")));
            assertThat(bridge.ask("hears")).isEqualTo("heard");
            assertThat(client.ask("hears")).isEqualTo("heard");

            String _ = client.ask("press", KEYS);
            await().atMost(PATIENCE).until(() -> bridge.ask("keys").length() >= KEYS.length());
            String _ = bridge.ask("press", KEYS);
            await().atMost(PATIENCE).until(() -> client.ask("keys").length() >= KEYS.length());

            // The answer to a report may be lost, but not to all of these.
            await().atMost(PATIENCE).until(() -> Integer.parseInt(client.ask("reports")) > 3);
            assertThat(bridge.ask("keys")).isEqualTo(KEYS);
            assertThat(client.ask("keys")).isEqualTo(KEYS);
            JsonNode record = JsonMapper.shared().readTree(bridge.ask("record"));
            // Twice 120 to 180 ms, and what a busy machine adds.
            assertThat(record.path("round_trip_ms").asDouble()).as("%s", record).isBetween(240.0, 450.0);
            JsonNode received = record.path("received");
            assertThat(received.path("lost").asDouble()
                            / received.path("packets").asDouble())
                    .as("%s", record)
                    .isBetween(0.001, 0.06);
            assertThat(received.path("jitter_ms").asDouble()).as("%s", record).isBetween(5.0, 60.0);
        }
    }
}
