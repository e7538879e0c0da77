package dev.callbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.callbridge.testkit.FarBrowser;
import dev.callbridge.testkit.FarTelephone;
import dev.callbridge.testkit.Laboratory;
import dev.callbridge.testkit.Outpost;
import dev.callbridge.testkit.Softphone.Via;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A telephone behind a router that translates addresses calls a user, through all of the bridge, in networks of their
/// own. It names its private address wherever it names one.
@Timeout(180)
class TrunkBehindNatIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String KEYS = "1159#";

    @TempDir
    private static Path directory;

    private static Laboratory laboratory;

    @BeforeAll
    static void build() {
        String missing = Laboratory.missing();
        assumeTrue(missing.isEmpty(), missing);
        laboratory = new Laboratory();
        laboratory.bridgeInPublic();
    }

    @AfterAll
    static void tearDown() {
        if (laboratory != null) {
            laboratory.close();
        }
    }

    /// A user in a network without NAT is called by a telephone.
    private static final class Talk implements AutoCloseable {

        private final Outpost bridge =
                new Outpost(directory, laboratory, "bridge", FarBridge.class, Laboratory.PUBLIC, Laboratory.ROUTER);
        private final Outpost browser = new Outpost(
                directory,
                laboratory,
                "client",
                FarBrowser.class,
                Laboratory.MOBILE,
                String.valueOf(Bench.BROWSER.hertz()),
                String.valueOf(Bench.PHONE.hertz()));
        private final Outpost phone;

        Talk(Laboratory.Nat nat, Via transport) {
            laboratory.nat(nat);
            phone = new Outpost(
                    directory,
                    laboratory,
                    "client",
                    FarTelephone.class,
                    Laboratory.AT_HOME,
                    transport.name(),
                    String.valueOf(Bench.PHONE.hertz()),
                    String.valueOf(Bench.BROWSER.hertz()));
            browser.ready();
            phone.ready();
            bridge.ready();
        }

        /// @return where the bridge saw the telephone: address and port; and the telephone's own port
        String[] begin() {
            String[] line = bridge.ask("expect", FarTelephone.NUMBER).split(" ", 2);
            String seen = phone.ask("dial", Laboratory.PUBLIC + " " + line[1] + " " + line[0]);
            String _ = bridge.ask("answer", browser.ask("answer", bridge.ask("rings")));
            assertThat(phone.ask("talk")).contains("c=IN IP4 " + Laboratory.PUBLIC);
            return seen.split(" ", 3);
        }

        void bothHear() {
            assertThat(phone.ask("hears")).isEqualTo("heard");
            assertThat(browser.ask("hears")).isEqualTo("heard");
        }

        void bothPressKeysOnce() {
            String _ = browser.ask("press", KEYS);
            await().atMost(PATIENCE).until(() -> phone.ask("keys").length() >= KEYS.length());
            String _ = phone.ask("press", KEYS);
            await().atMost(PATIENCE).until(() -> browser.ask("keys").length() >= KEYS.length());
            bothHear();
            assertThat(phone.ask("keys")).isEqualTo(KEYS);
            assertThat(browser.ask("keys")).isEqualTo(KEYS);
        }

        @Override
        public void close() {
            phone.close();
            browser.close();
            bridge.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Laboratory.Nat.class)
    void aTelephoneBehindARouterTalksAndPressesKeysUntilItHangsUp(Laboratory.Nat nat) {
        try (var talk = new Talk(nat, Via.UDP)) {
            String[] seen = talk.begin();
            assertThat(seen[0]).isEqualTo(Laboratory.ROUTER);
            if (nat == Laboratory.Nat.SYMMETRIC) {
                assertThat(seen[1]).isNotEqualTo(seen[2]);
            }

            talk.bothHear();
            talk.bothPressKeysOnce();

            assertThat(talk.phone.ask("hang-up")).contains("200");
            assertThat(talk.bridge.ask("verdict")).isEqualTo("hangup by caller");
        }
    }

    @ParameterizedTest
    @EnumSource(Laboratory.Nat.class)
    void aTelephoneBehindARouterIsHungUpThoughItNamesItsPrivateAddress(Laboratory.Nat nat) {
        try (var talk = new Talk(nat, Via.UDP)) {
            String[] _ = talk.begin();
            talk.bothHear();

            String _ = talk.bridge.ask("hang-up");

            assertThat(talk.phone.ask("hung-up")).contains("Q.850;cause=16");
            assertThat(talk.bridge.ask("verdict")).isEqualTo("hangup by callee");
        }
    }

    @Test
    void aTelephoneBehindARouterIsHungUpByTheConnectionItOpened() {
        try (var talk = new Talk(Laboratory.Nat.SYMMETRIC, Via.TCP)) {
            String[] _ = talk.begin();
            talk.bothHear();

            String _ = talk.bridge.ask("hang-up");

            assertThat(talk.phone.ask("hung-up")).contains("Q.850;cause=16");
            assertThat(talk.bridge.ask("verdict")).isEqualTo("hangup by callee");
        }
    }
}
