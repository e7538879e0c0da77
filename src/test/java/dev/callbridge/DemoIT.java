package dev.callbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.testkit.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `bin/demo` as people run it, on the jar that the build has just made.
@Timeout(600)
class DemoIT {

    static final Duration LONG = Duration.ofMinutes(5);

    /// @return what it said
    private static String run(int expected, String... options) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(Program.bin("demo")));
        command.addAll(List.of(options));
        try (var demo = new Program(Path.of("").toAbsolutePath(), command.toArray(String[]::new))) {
            int code = demo.exitCode(LONG);

            assertThat(code).as(demo.text()).isEqualTo(expected);
            await("nothing that it started lives on")
                    .atMost(Duration.ofSeconds(5))
                    .untilAsserted(() -> assertThat(demo.alive()).isEmpty());
            return demo.text();
        }
    }

    @Test
    void everybodyHearsEverybodyAndTheTelephoneReceivesEachKeyOnce() throws InterruptedException {
        assertThat(run(0))
                .contains("everybody heard everybody", "m.call.invite", "INVITE", "m.call.answer")
                .containsPattern("1 +alice: (\\S{6}) +telephone: \\1 +yes")
                .containsPattern("2 +bob: (\\S{6}) +telephone: \\1 +yes");
    }

    @ParameterizedTest
    @CsvSource({"user, telephone did not hear alice in call 1", "phone, alice did not hear telephone in call 1"})
    void failsWhenOneEndIsMute(String end, String sentence) throws InterruptedException {
        String said = run(1, "--codec", "PCMA", "--mute", end);

        assertThat(said).doesNotContain("everybody heard everybody");
        assertThat(Stream.of(said.split("\n")).filter(line -> line.startsWith("FAILED:")))
                .singleElement()
                .asString()
                .contains(sentence);
    }
}
