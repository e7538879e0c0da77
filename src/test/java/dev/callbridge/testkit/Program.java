package dev.callbridge.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/// A program of `bin/`, run as a process, whose lines can be waited for. Whatever it starts can be found again.
public final class Program implements AutoCloseable {

    private static final String MARK = "CALLBRIDGE_TEST_MARK";

    private final String mark = UUID.randomUUID().toString();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Process process;

    /// @param directory where it runs, and may leave temporary files
    public Program(Path directory, String... command) {
        var builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put(MARK, mark);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        // What the build made is used as it is.
        builder.environment().put("MVN", "false");
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("program").start(this::read);
    }

    /// A script of the repository.
    public static String bin(String name) {
        return Path.of("bin", name).toAbsolutePath().toString();
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("(closed: " + e.getMessage() + ")");
        }
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }

    /// The first line that holds this text, already there or yet to come.
    public String line(String containing, Duration patience) {
        Awaitility.await()
                .atMost(patience)
                .failFast(
                        "the program ended:\n" + text(),
                        () -> !process.isAlive() && first(containing).isEmpty())
                .until(() -> first(containing).isPresent());
        return first(containing).orElseThrow();
    }

    /// The line after `number` others that begin like this, already there or yet to come.
    public String answer(String beginning, int number, Duration patience) {
        Awaitility.await()
                .atMost(patience)
                .failFast(
                        "the program ended:\n" + text(),
                        () -> !process.isAlive() && beginning(beginning).size() <= number)
                .until(() -> beginning(beginning).size() > number);
        return beginning(beginning).get(number);
    }

    private List<String> beginning(String text) {
        return lines.stream().filter(line -> line.startsWith(text)).toList();
    }

    /// Types a line to it.
    public void type(String line) {
        try {
            var out = process.getOutputStream();
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<String> first(String containing) {
        return lines.stream().filter(line -> line.contains(containing)).findFirst();
    }

    public String text() {
        return String.join("\n", lines);
    }

    /// SIGTERM. What it says until it ends is still heard.
    public void stop() {
        process.toHandle().destroy();
    }

    /// SIGKILL, and none for what it started.
    public void kill() {
        process.toHandle().destroyForcibly();
    }

    public int exitCode(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("it still runs:\n" + text());
        }
        return process.exitValue();
    }

    /// Command lines of all that it started and that lives.
    public List<String> alive() {
        return marked().map(ProcessHandle::pid).map(Program::commandLine).toList();
    }

    private Stream<ProcessHandle> marked() {
        byte[] wanted = (MARK + "=" + mark).getBytes(StandardCharsets.UTF_8);
        return ProcessHandle.allProcesses().filter(handle -> contains(handle.pid(), wanted));
    }

    private static boolean contains(long pid, byte[] wanted) {
        try {
            String all = Files.readString(Path.of("/proc/" + pid + "/environ"), StandardCharsets.ISO_8859_1);
            return Arrays.asList(all.split("\0")).contains(new String(wanted, StandardCharsets.ISO_8859_1));
        } catch (IOException _) {
            return false;
        }
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException _) {
            return "(gone)";
        }
    }

    /// Ends it and all it started.
    @Override
    public void close() {
        process.destroyForcibly();
        marked().forEach(ProcessHandle::destroyForcibly);
    }
}
