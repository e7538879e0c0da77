package dev.callbridge.media.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.callbridge.testkit.FarBrowser;
import dev.callbridge.testkit.Laboratory;
import dev.callbridge.testkit.Outpost;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Calls across routers that translate addresses, in networks of their own.
@Timeout(180)
class NatIT {

    @TempDir
    private static Path directory;

    private static Laboratory laboratory;

    private static Outpost client() {
        return new Outpost(
                directory,
                laboratory,
                "client",
                FarBrowser.class,
                Laboratory.AT_HOME,
                String.valueOf(NatEnd.BROWSER.hertz()),
                String.valueOf(NatEnd.OTHER.hertz()));
    }

    private static Outpost bridge(String... addresses) {
        return new Outpost(directory, laboratory, "bridge", NatEnd.class, addresses);
    }

    @BeforeAll
    static void build() {
        String missing = Laboratory.missing();
        assumeTrue(missing.isEmpty(), missing);
        laboratory = new Laboratory();
    }

    @AfterAll
    static void tearDown() {
        if (laboratory != null) {
            laboratory.close();
        }
    }

    private static void bothHear(Outpost client, Outpost bridge) {
        assertThat(bridge.ask("hears")).isEqualTo("heard");
        assertThat(client.ask("hears")).isEqualTo("heard");
    }

    private static void clientOffers(Outpost client, Outpost bridge) {
        String _ = client.ask("answered", bridge.ask("answer", client.ask("offer")));
    }

    @ParameterizedTest
    @EnumSource(Laboratory.Nat.class)
    void aClientBehindARouterIsHeardAndHears(Laboratory.Nat nat) {
        laboratory.nat(nat);
        try (var client = client();
                var bridge = bridge(Laboratory.PUBLIC)) {
            clientOffers(client.ready(), bridge.ready());

            bothHear(client, bridge);
        }
    }

    @ParameterizedTest
    @EnumSource(Laboratory.Nat.class)
    void aBridgeBehindARouterThatForwardsAllIsFoundByItsPublicAddress(Laboratory.Nat nat) {
        laboratory.nat(nat);
        try (var client = client();
                var bridge = bridge(Laboratory.BEHIND, Laboratory.OUTSIDE)) {
            bridge.ready();
            String _ = bridge.ask("answered", client.ready().ask("answer", bridge.ask("offer")));

            bothHear(client, bridge);
        }
    }

    @Test
    void aClientThatLeavesItsHomeKeepsItsCallThoughPacketsAreLost() {
        try (var network = new Laboratory()) {
            Laboratory before = laboratory;
            laboratory = network;
            network.lose(3);
            try (var client = client();
                    var bridge = bridge(Laboratory.PUBLIC)) {
                clientOffers(client.ready(), bridge.ready());
                bothHear(client, bridge);

                network.cutHome();
                String _ = client.ask("move", Laboratory.MOBILE);
                clientOffers(client, bridge);

                bothHear(client, bridge);
            } finally {
                laboratory = before;
            }
        }
    }
}
