package dev.callbridge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@Timeout(120)
class OwnPostgresIT {

    /// Starts a server, writes a row, says so, and waits to be killed.
    static final class Bridge {

        public static void main(String[] args) throws IOException {
            try (var postgres = OwnPostgres.start(Path.of(args[0]))) {
                JdbcClient jdbc = jdbc(postgres);
                jdbc.sql("create table kept (text text)").update();
                jdbc.sql("insert into kept values ('still here')").update();
                System.out.println("ready");
                System.in.read();
            }
        }
    }

    static JdbcClient jdbc(OwnPostgres postgres) {
        return JdbcClient.create(new DriverManagerDataSource(postgres.url()));
    }

    @TempDir
    Path directory;

    @Test
    void startsAgainAfterTheBridgeWasKilledAndItsServerLivesOn() throws Exception {
        Path data = directory.resolve("postgres");
        Process bridge = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Bridge.class.getName(),
                        data.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader output = bridge.inputReader();
        assertThat(output.lines().anyMatch("ready"::equals)).isTrue();
        bridge.destroyForcibly();
        assertThat(bridge.waitFor(10, TimeUnit.SECONDS)).isTrue();
        long postmaster = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).getFirst());
        assertThat(ProcessHandle.of(postmaster)).get().matches(ProcessHandle::isAlive);

        try (var postgres = OwnPostgres.start(data)) {
            assertThat(jdbc(postgres)
                            .sql("select text from kept")
                            .query(String.class)
                            .single())
                    .isEqualTo("still here");
        }
    }

    @Test
    void writesToDiskBeforeItSaysSo() {
        try (var postgres = OwnPostgres.start(directory.resolve("postgres"))) {
            for (String setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
                assertThat(jdbc(postgres)
                                .sql("show " + setting)
                                .query(String.class)
                                .single())
                        .as(setting)
                        .isEqualTo("on");
            }
        }
    }

    @Test
    void refusesADirectoryThatAnotherBridgeUses() {
        Path data = directory.resolve("postgres");
        try (var _ = OwnPostgres.start(data)) {
            assertThatThrownBy(() -> OwnPostgres.start(data)).hasMessageContaining("callbridge.data-dir");
        }
    }
}
