package dev.callbridge.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;

/// A real PostgreSQL, one server per JVM, one fresh migrated database per instance.
public final class TestDatabase implements AutoCloseable {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private static final class Shared {

        static final EmbeddedPostgres POSTGRES = server();
    }

    private final String name = "test" + COUNT.incrementAndGet();
    private final EmbeddedPostgres postgres;
    private final boolean alone;

    public TestDatabase() {
        this(Shared.POSTGRES, false);
    }

    private TestDatabase(EmbeddedPostgres postgres, boolean alone) {
        this.postgres = postgres;
        this.alone = alone;
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create database " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        Flyway.configure()
                .dataSource(dataSource())
                .locations("classpath:db/migration")
                .load()
                .migrate();
    }

    /// On a server of its own, which can be frozen without harm to others.
    public static TestDatabase alone() {
        return new TestDatabase(server(), true);
    }

    private static EmbeddedPostgres server() {
        try {
            return EmbeddedPostgres.builder().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public DataSource dataSource() {
        return postgres.getDatabase("postgres", name);
    }

    /// As `spring.datasource.url`.
    public String url() {
        return postgres.getJdbcUrl("postgres", name);
    }

    public JdbcClient jdbc() {
        return JdbcClient.create(dataSource());
    }

    /// Stops the whole server in the middle of whatever it does (SIGSTOP); it goes on when this is closed.
    public Frozen freeze() {
        if (!alone) {
            throw new IllegalStateException("others use this server");
        }
        ProcessHandle postmaster = ProcessHandle.of(postmaster()).orElseThrow();
        // The one that starts others first, so that the list of them is complete.
        signal("-STOP", List.of(postmaster));
        List<ProcessHandle> all =
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        signal("-STOP", all);
        return new Frozen(all);
    }

    private long postmaster() {
        String directory = jdbc().sql("show data_directory").query(String.class).single();
        try (var lines = Files.lines(Path.of(directory, "postmaster.pid"))) {
            return lines.findFirst().map(Long::parseLong).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A server that is stopped.
    public static final class Frozen implements AutoCloseable {

        private final List<ProcessHandle> processes;

        private Frozen(List<ProcessHandle> processes) {
            this.processes = processes;
        }

        @Override
        public void close() {
            signal("-CONT", processes);
        }
    }

    private static void signal(String signal, List<ProcessHandle> processes) {
        List<String> command = new ArrayList<>(List.of("kill", signal));
        processes.forEach(process -> command.add(String.valueOf(process.pid())));
        try {
            if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
                throw new IllegalStateException("could not signal PostgreSQL");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Stops the server, if it is one of its own.
    @Override
    public void close() {
        if (alone) {
            try {
                postgres.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
