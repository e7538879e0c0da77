package dev.callbridge.matrix;

import dev.callbridge.bridge.SettingException;
import dev.callbridge.dialplan.PhoneNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// What the homeserver and we agreed upon: the registration file (Application Service API §Registration).
///
/// @param url where the homeserver reaches us
/// @param asToken what we show to the homeserver
/// @param hsToken what the homeserver shows to us
record Registration(String id, String url, String asToken, String hsToken, String senderLocalpart) {

    private static final String SETTING = "callbridge.registration";

    /// @param server the name of our homeserver
    /// @throws SettingException if the file is missing or does not fit
    static Registration read(Path file, String server) {
        Map<?, ?> yaml = load(file);
        var registration = new Registration(
                text(yaml, file, "id"),
                text(yaml, file, "url"),
                text(yaml, file, "as_token"),
                text(yaml, file, "hs_token"),
                text(yaml, file, "sender_localpart"));
        String sample = new MatrixIds(server, "").ghost(new PhoneNumber("+4930901820"));
        if (users(yaml).stream().noneMatch(regex -> matches(regex, sample))) {
            throw new SettingException(
                    SETTING,
                    file,
                    "namespaces.users in that file does not fit " + sample
                            + "; is callbridge.homeserver.name right? If so, write a new file with"
                            + " bin/callbridge registration");
        }
        return registration;
    }

    private static Map<?, ?> load(Path file) {
        if (!Files.isReadable(file)) {
            throw new SettingException(
                    SETTING, file, "there is no such file; run bin/callbridge registration and tell your homeserver");
        }
        try (var reader = Files.newBufferedReader(file)) {
            Object yaml = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
            if (yaml instanceof Map<?, ?> map) {
                return map;
            }
            throw new SettingException(SETTING, file, "that file is no registration; see registration.yaml.example");
        } catch (IOException | YAMLException e) {
            // The message of a YAML error quotes the file, tokens and all.
            throw new SettingException(
                    SETTING,
                    file,
                    "that file can't be read as YAML: " + e.getClass().getSimpleName());
        }
    }

    private static String text(Map<?, ?> yaml, Path file, String key) {
        @Nullable Object value = yaml.get(key);
        if (value == null || value.toString().isBlank()) {
            throw new SettingException(SETTING, file, key + " is missing in that file; see registration.yaml.example");
        }
        return value.toString();
    }

    private static List<String> users(Map<?, ?> yaml) {
        return yaml.get("namespaces") instanceof Map<?, ?> namespaces
                        && namespaces.get("users") instanceof List<?> users
                ? users.stream()
                        .filter(Map.class::isInstance)
                        .map(user -> String.valueOf(((Map<?, ?>) user).get("regex")))
                        .toList()
                : List.of();
    }

    private static boolean matches(String regex, String userId) {
        try {
            return Pattern.compile(regex).matcher(userId).lookingAt();
        } catch (PatternSyntaxException _) {
            return false;
        }
    }

    /// Without tokens.
    @Override
    public String toString() {
        return "Registration[" + id + " at " + url + "]";
    }
}
