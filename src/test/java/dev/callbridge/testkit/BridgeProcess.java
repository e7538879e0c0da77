package dev.callbridge.testkit;

import dev.callbridge.CallbridgeApplication;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// The whole bridge as a process of its own, with PostgreSQL inside: as it is run, and cold when it starts.
public final class BridgeProcess implements AutoCloseable {

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin").toString();

    private final Process process;
    private final CompletableFuture<Boolean> started = new CompletableFuture<>();

    private BridgeProcess(Process process, Path log) {
        this.process = process;
        Thread.ofVirtual().name("bridge-output").start(() -> copy(log));
    }

    /// Starts it and waits until the homeserver has reached it.
    ///
    /// @param bridge its settings
    /// @param dataDir where its database is; survives
    /// @param log where its output goes
    /// @param options of the virtual machine
    public static BridgeProcess start(
            BridgeUnderTest bridge, URI homeserver, Path dataDir, Path log, List<String> options) {
        List<String> command = new ArrayList<>(List.of(JAVA + "/java"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), CallbridgeApplication.class.getName()));
        command.addAll(bridge.with("callbridge.data-dir", dataDir).arguments(homeserver));
        try {
            var running = new BridgeProcess(
                    new ProcessBuilder(command).redirectErrorStream(true).start(), log);
            if (!running.started.get(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the bridge does not start; see " + log);
            }
            return running;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void copy(Path log) {
        try (BufferedWriter out = Files.newBufferedWriter(log, StandardCharsets.UTF_8);
                var in = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                out.write(line);
                out.newLine();
                if (line.contains(" reaches the bridge ")) {
                    started.complete(true);
                }
            }
        } catch (IOException _) {
            // It was stopped.
        }
        started.complete(false);
    }

    /// Entries of a directory of /proc: `fd` or `task`.
    public long count(String what) {
        try (Stream<Path> entries = Files.list(Path.of("/proc", Long.toString(process.pid()), what))) {
            return entries.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Collects garbage and lists what is left, as `jcmd` does: number, instances, bytes, class.
    public List<String> histogram() {
        try {
            Process jcmd = new ProcessBuilder(JAVA + "/jcmd", Long.toString(process.pid()), "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            try (var in = jcmd.inputReader(StandardCharsets.UTF_8)) {
                return in.readAllLines();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Asks it to end, and waits.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
