package dev.callbridge.store;

import dev.callbridge.bridge.SettingException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A PostgreSQL server of the bridge's own, as a child process with a data directory that survives restarts.
final class OwnPostgres implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OwnPostgres.class);
    private static final Duration OLD_SERVER_STOPS = Duration.ofSeconds(10);

    private final Path directory;
    private final FileChannel lockFile;
    private final EmbeddedPostgres server;

    private OwnPostgres(Path directory, FileChannel lockFile, EmbeddedPostgres server) {
        this.directory = directory;
        this.lockFile = lockFile;
        this.server = server;
    }

    /// Takes a few seconds the first time. After a hard kill of the bridge its old server may still run: it is stopped
    /// first.
    ///
    /// @throws SettingException if another bridge uses the directory
    static OwnPostgres start(Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        try {
            Files.createDirectories(absolute);
            FileChannel lockFile = lock(absolute.resolveSibling(absolute.getFileName() + ".lock"));
            stopOldServer(absolute);
            var server = EmbeddedPostgres.builder()
                    .setDataDirectory(absolute)
                    .setCleanDataDirectory(false)
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on")
                    .setServerConfig("max_connections", "40")
                    // A hook would stop it at once, while the bridge still says goodbye and writes it down.
                    .setRegisterShutdownHook(false)
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .start();
            return new OwnPostgres(absolute, lockFile, server);
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL could not be started in " + absolute, e);
        }
    }

    private static FileChannel lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            channel.close();
            throw new SettingException(
                    "callbridge.data-dir",
                    String.valueOf(file.getParent()),
                    "another bridge runs there; stop it, or name another directory");
        }
        return channel;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }

    private static void stopOldServer(Path directory) throws IOException {
        Optional<ProcessHandle> old = oldServer(directory);
        if (old.isEmpty()) {
            return;
        }
        log.warn(
                "the PostgreSQL of a former run still lives (pid {}); stopping it",
                old.get().pid());
        old.get().destroy();
        if (!gone(old.get())) {
            log.warn("it does not stop; killing it");
            old.get().destroyForcibly();
            gone(old.get());
        }
    }

    /// The postmaster named in the pid file, if it runs and really serves this directory: pids are given out again.
    private static Optional<ProcessHandle> oldServer(Path directory) throws IOException {
        Path pidFile = directory.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(pidFile);
        if (lines.isEmpty() || !lines.getFirst().strip().matches("\\d{1,10}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
                .filter(ProcessHandle::isAlive)
                .filter(process -> serves(process, directory));
    }

    private static boolean serves(ProcessHandle process, Path directory) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .contains(directory.toString());
        } catch (IOException _) {
            return process.info().commandLine().orElse("").contains(directory.toString());
        }
    }

    private static boolean gone(ProcessHandle process) {
        try {
            process.onExit().get(OLD_SERVER_STOPS.toSeconds(), TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Path directory() {
        return directory;
    }

    /// With user, and with a query part to which more may be added by `&`.
    String url() {
        String url = server.getJdbcUrl("postgres", "postgres");
        return url.contains("?") ? url : url + "?";
    }

    @Override
    public void close() {
        try (lockFile) {
            server.close();
        } catch (IOException e) {
            log.warn("PostgreSQL did not stop in good order", e);
        }
    }
}
