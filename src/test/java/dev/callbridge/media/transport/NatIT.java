package dev.callbridge.media.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.callbridge.testkit.Laboratory;
import dev.callbridge.testkit.Program;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path directory;

    private static Laboratory laboratory;

    /// One of the two programs.
    private static final class Side implements AutoCloseable {

        private final Program program;
        private int asked;

        private Side(String place, String... arguments) {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    classPath(),
                    NatEnd.class.getName()));
            command.addAll(List.of(arguments));
            program = new Program(directory, laboratory.at(place, command).toArray(String[]::new));
        }

        /// As it is, but for programs that run in other directories.
        private static String classPath() {
            return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                    .map(entry -> Path.of(entry).toAbsolutePath().toString())
                    .collect(Collectors.joining(File.pathSeparator));
        }

        private Side ready() {
            String _ = program.line("ready", PATIENCE);
            return this;
        }

        private String ask(String command, String with) {
            String text = Base64.getEncoder().encodeToString(with.getBytes(StandardCharsets.UTF_8));
            program.type(command + " " + text);
            String answer = program.answer("> ", asked++, PATIENCE);
            String said = new String(Base64.getDecoder().decode(answer.substring(2)), StandardCharsets.UTF_8);
            assertThat(said).as(program.text()).doesNotStartWith("failed");
            return said;
        }

        @Override
        public void close() {
            program.close();
        }
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

    private static void bothHear(Side client, Side bridge) {
        assertThat(bridge.ask("hears", "")).isEqualTo("heard");
        assertThat(client.ask("hears", "")).isEqualTo("heard");
    }

    private static void clientOffers(Side client, Side bridge) {
        String _ = client.ask("answered", bridge.ask("answer", client.ask("offer", "")));
    }

    @ParameterizedTest
    @EnumSource(Laboratory.Nat.class)
    void aClientBehindARouterIsHeardAndHears(Laboratory.Nat nat) {
        laboratory.nat(nat);
        try (var client = new Side("client", "client", Laboratory.AT_HOME);
                var bridge = new Side("bridge", "bridge", Laboratory.PUBLIC)) {
            clientOffers(client.ready(), bridge.ready());

            bothHear(client, bridge);
        }
    }

    @ParameterizedTest
    @EnumSource(Laboratory.Nat.class)
    void aBridgeBehindARouterThatForwardsAllIsFoundByItsPublicAddress(Laboratory.Nat nat) {
        laboratory.nat(nat);
        try (var client = new Side("client", "client", Laboratory.AT_HOME);
                var bridge = new Side("bridge", "bridge", Laboratory.BEHIND, Laboratory.OUTSIDE)) {
            bridge.ready();
            String _ = bridge.ask("answered", client.ready().ask("answer", bridge.ask("offer", "")));

            bothHear(client, bridge);
        }
    }

    @Test
    void aClientThatLeavesItsHomeKeepsItsCallThoughPacketsAreLost() {
        try (var network = new Laboratory()) {
            Laboratory before = laboratory;
            laboratory = network;
            network.lose(3);
            try (var client = new Side("client", "client", Laboratory.AT_HOME);
                    var bridge = new Side("bridge", "bridge", Laboratory.PUBLIC)) {
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
