package dev.callbridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.testkit.Program;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What can be known of image and composition without an engine.
@Timeout(300)
class DockerIT {

    static final Path ROOT = Path.of("").toAbsolutePath();

    private static String run(String... command) throws InterruptedException {
        try (var program = new Program(ROOT, command)) {
            assertThat(program.exitCode(Duration.ofMinutes(4)))
                    .as(program.text())
                    .isZero();
            return program.text();
        }
    }

    @Test
    void theImagesStartCommandRunsTheBridge() throws InterruptedException {
        assertThat(run("python3", "docker/check_start.py")).contains("the image's start command works");
    }

    @Test
    void theCompositionIsUnderstood() throws InterruptedException {
        assertThat(run(
                        "env",
                        "POSTGRES_PASSWORD=p",
                        "SERVER_NAME=example.org",
                        "docker-compose",
                        "-f",
                        "docker-compose.yml",
                        "config"))
                .contains("bridge:", "postgres:", "synapse:");
    }
}
