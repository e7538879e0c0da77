package dev.callbridge.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A program of ours at a place of the [Laboratory]. It takes a command a line, and answers with one; what comes with
/// them is written in Base64.
public final class Outpost implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Program program;
    private int asked;

    /// What such a program does.
    public interface Duty {

        /// Answers one command; an unchecked exception fails the test that asked.
        String say(String command, String with) throws Exception;
    }

    /// @param main whose `main` calls [#serve]
    public Outpost(Path directory, Laboratory laboratory, String place, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(),
                main.getName()));
        command.addAll(List.of(arguments));
        program = new Program(directory, laboratory.at(place, command).toArray(String[]::new));
    }

    /// As it is, but for programs that run in other directories.
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    public Outpost ready() {
        String _ = program.line("ready", PATIENCE);
        return this;
    }

    public String ask(String command) {
        return ask(command, "");
    }

    public String ask(String command, String with) {
        program.type(command + " " + Base64.getEncoder().encodeToString(with.getBytes(StandardCharsets.UTF_8)));
        String answer = program.answer("> ", asked++, PATIENCE);
        String said = new String(Base64.getDecoder().decode(answer.substring(2)), StandardCharsets.UTF_8);
        assertThat(said).as(program.text()).doesNotStartWith("failed");
        return said;
    }

    /// The program's side: does what it is told until its input ends.
    public static void serve(Duty duty) throws IOException {
        System.out.println("ready");
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", 2);
            String with = new String(Base64.getDecoder().decode(words[1]), StandardCharsets.UTF_8);
            String answer = answer(duty, words[0], with);
            System.out.println("> " + Base64.getEncoder().encodeToString(answer.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static String answer(Duty duty, String command, String with) {
        try {
            return duty.say(command, with);
        } catch (Exception | AssertionError e) {
            return "failed: " + e;
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
