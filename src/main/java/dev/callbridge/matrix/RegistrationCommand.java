package dev.callbridge.matrix;

import dev.callbridge.bridge.Ids;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// `bin/callbridge registration`: writes a registration file with fresh tokens, never over an existing one.
public final class RegistrationCommand {

    private static final Path CONFIGURATION = Path.of("config", "callbridge.yaml");

    private RegistrationCommand() {}

    /// @param args `--url`, `--server-name` and `--output`, each followed by its value
    /// @return the exit status of the process
    public static int run(List<String> args) {
        String url = "http://localhost:29400";
        String server = "";
        String output = "config/registration.yaml";
        List<String> rest = new ArrayList<>(args);
        while (!rest.isEmpty()) {
            String option = rest.removeFirst();
            if (rest.isEmpty()) {
                return usage();
            }
            String value = rest.removeFirst();
            switch (option) {
                case "--url" -> url = value;
                case "--server-name", "--homeserver" -> server = value;
                case "--output" -> output = value;
                default -> {
                    return usage();
                }
            }
        }
        String name = server.isEmpty() ? configuredName().orElse("localhost") : server;
        return write(Path.of(output), url, name);
    }

    private static int usage() {
        System.err.println("""
                usage: bin/callbridge registration [--url URL] [--server-name NAME] [--output FILE]
                  --url          where the homeserver reaches the bridge (http://localhost:29400)
                  --server-name  the part after the colon in user ids (callbridge.homeserver.name, or localhost)
                  --output       the file to write (config/registration.yaml)""");
        return 2;
    }

    private static int write(Path file, String url, String server) {
        try {
            create(file);
            Files.writeString(file, content(url, server, Ids.random(64), Ids.random(64)), StandardOpenOption.WRITE);
            System.out.println("Wrote " + file + " for " + server + ". Tell the homeserver (Synapse: "
                    + "app_service_config_files in homeserver.yaml) and restart it.");
            return 0;
        } catch (FileAlreadyExistsException _) {
            System.err.println(file + " exists already and is left as it is: the homeserver knows its tokens. "
                    + "Move it away, or write another one with --output.");
        } catch (IOException e) {
            System.err.println(file + " can't be written: " + e);
        }
        return 1;
    }

    /// For the owner's eyes: it holds secrets.
    private static void create(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
        } else {
            Files.createFile(file);
        }
    }

    /// The file's text. What is quoted in single quotes needs no further escaping in YAML.
    static String content(String url, String server, String asToken, String hsToken) {
        String escaped = server.replaceAll("[^a-zA-Z0-9]", "\\\\$0");
        return """
                # What the homeserver and Callbridge agreed upon. Keep it secret: it holds their passwords.
                id: callbridge
                # Where the homeserver reaches the bridge.
                url: '%s'
                as_token: '%s'
                hs_token: '%s'
                sender_localpart: _sip_bot
                # Call events come in bursts; a call must not wait for a rate limit.
                rate_limited: false
                # For calls that clients send to a device and not into the room (see the README).
                receive_ephemeral: true
                de.sorunome.msc2409.push_ephemeral: true
                # Clients show a dial pad for these.
                protocols:
                  - m.protocol.pstn
                  - im.vector.protocol.pstn
                namespaces:
                  users:
                    - exclusive: true
                      regex: '@_sip_.*:%s$'
                  aliases: []
                  rooms: []
                """.formatted(url, asToken, hsToken, escaped);
    }

    private static Optional<String> configuredName() {
        try (var reader = Files.newBufferedReader(CONFIGURATION)) {
            Object yaml = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
            return child(yaml, "callbridge")
                    .flatMap(settings -> child(settings, "homeserver"))
                    .flatMap(homeserver -> child(homeserver, "name"))
                    .map(Object::toString);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static Optional<Object> child(Object yaml, String key) {
        return yaml instanceof Map<?, ?> map ? Optional.ofNullable(map.get(key)) : Optional.empty();
    }
}
