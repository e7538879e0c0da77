package dev.callbridge.sip;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/// A real Kamailio as the telephone company: registrar and proxy on 127.0.0.3, password `secret` for everybody. Numbers
/// that begin with +49301 are sent to a telephone, everything else to whoever has registered it.
final class Kamailio implements AutoCloseable {

    static final String HOST = "127.0.0.3";

    private static final int ATTEMPTS = 3;

    private final Path directory;
    private final List<String> options;
    private final int port;
    private final int tlsPort;
    private @Nullable Process process;

    /// @param telephone host and port of the telephone that numbers lead to
    /// @param options what the configuration makes of them: `SHA256`, `WITHTLS`, `ONETIME`, `MINEXPIRES`
    Kamailio(Path directory, int port, int tlsPort, String telephone, String... options) {
        this.directory = directory;
        this.port = port;
        this.tlsPort = tlsPort;
        this.options = Arrays.asList(options);
        try (var in = Kamailio.class.getResourceAsStream("/kamailio/kamailio.cfg")) {
            String config = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .replace("@HOST@", HOST)
                    .replace("@PORT@", Integer.toString(port))
                    .replace("@TLSPORT@", Integer.toString(tlsPort))
                    .replace("@DIR@", directory.toString())
                    .replace("@TELEPHONE@", telephone);
            Files.writeString(directory.resolve("kamailio.cfg"), config);
            Files.writeString(directory.resolve("tls.cfg"), """
                    [server:default]
                    method = TLSv1.2+
                    verify_certificate = no
                    require_certificate = no
                    private_key = %1$s/key.pem
                    certificate = %1$s/cert.pem
                    """.formatted(directory));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    int tlsPort() {
        return tlsPort;
    }

    /// Once more if it ends at once: children of one that ran here before may still hold its ports.
    Kamailio start() {
        for (int attempt = 1; !comesUp(launched()); attempt++) {
            if (attempt == ATTEMPTS) {
                throw new IllegalStateException("Kamailio does not start: " + text());
            }
        }
        return this;
    }

    private Process launched() {
        List<String> command = new ArrayList<>(List.of("kamailio", "-f", "kamailio.cfg", "-DD", "-E", "-m", "32"));
        command.addAll(List.of("-M", "4", "-P", directory.resolve("pid").toString(), "-Y", directory.toString()));
        options.forEach(option -> command.addAll(List.of("-A", option)));
        try {
            Process launched = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
            process = launched;
            return launched;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean comesUp(Process launched) {
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> !launched.isAlive() || answers());
        return launched.isAlive();
    }

    private boolean answers() throws IOException {
        try (var socket = new java.net.Socket()) {
            socket.connect(new java.net.InetSocketAddress(HOST, port), 200);
            return true;
        } catch (java.net.ConnectException e) {
            return false;
        }
    }

    void stop() {
        Process running = process;
        if (running != null) {
            running.destroy();
            try {
                if (!running.waitFor(5, TimeUnit.SECONDS)) {
                    running.descendants().forEach(ProcessHandle::destroyForcibly);
                    running.destroyForcibly();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private Path log() {
        return directory.resolve("log");
    }

    /// What it wrote.
    String text() {
        try {
            return Files.exists(log()) ? Files.readString(log()) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Lines about REGISTER requests that were granted, each with how they came.
    List<String> registered() {
        return text().lines().filter(line -> line.contains("REGISTERED ")).toList();
    }

    @Override
    public void close() {
        stop();
    }
}
