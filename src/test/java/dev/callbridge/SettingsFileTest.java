package dev.callbridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/// `config/callbridge.yaml` names every setting and its default, and no other.
class SettingsFileTest {

    static final Path FILE = Path.of("config", "callbridge.yaml");

    /// Commented out, but with an example instead of a default, since the default is none.
    static final List<String> EXAMPLES = List.of(
            "public-address",
            "rights",
            "login",
            "sources",
            "accounts",
            "outbound-proxy",
            "keepalive",
            "sip.dns",
            "ca-file",
            "tls.certificate",
            "tls.key",
            "media.turn[");

    final SettingNames names = new SettingNames(holders(), CallbridgeApplication.SINGLE_SETTINGS);

    static Collection<Class<?>> holders() {
        var scan = new ClassPathScanningCandidateComponentProvider(false);
        scan.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        return scan.findCandidateComponents("dev.callbridge").stream()
                .map(found -> ClassUtils.resolveClassName(String.valueOf(found.getBeanClassName()), null))
                .collect(Collectors.toSet());
    }

    /// The settings by name; lists and maps with their indices and keys.
    private static Map<String, String> read(boolean withWhatIsCommentedOut) throws IOException {
        String text;
        try (Stream<String> lines = Files.lines(FILE)) {
            text = lines.map(line -> withWhatIsCommentedOut ? uncommented(line) : line)
                    .collect(Collectors.joining("\n"));
        }
        var yaml = new YamlPropertiesFactoryBean();
        yaml.setResources(new ByteArrayResource(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        Properties read = new Properties();
        read.putAll(java.util.Objects.requireNonNull(yaml.getObject()));
        Map<String, String> settings = new LinkedHashMap<>();
        read.forEach((name, value) -> settings.put(name.toString(), value.toString()));
        return settings;
    }

    /// Comments that are settings begin with a name and a colon, or with a dash; prose begins otherwise.
    private static String uncommented(String line) {
        return line.replaceFirst("^( *)# ( *)(?=[a-z-]+:( |$)|- \\{)", "$1$2");
    }

    private static Map<String, String> withoutExamples(Map<String, String> settings) {
        return settings.entrySet().stream()
                .filter(setting -> EXAMPLES.stream().noneMatch(setting.getKey()::contains))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Test
    void knowsEverySettingThatItNames() throws IOException {
        assertThat(read(true).keySet())
                .filteredOn(name -> name.startsWith("callbridge."))
                .hasSizeGreaterThan(30)
                .allMatch(names::isKnown);
    }

    @Test
    void namesEverySettingButThoseThatInviteToWriteASecretDown() throws IOException {
        Set<String> written = read(true).keySet();

        assertThat(names.unnamedIn(written))
                .containsExactlyInAnyOrder(
                        "callbridge.trunks.*.login.password",
                        "callbridge.trunks.*.accounts.*.password",
                        "callbridge.media.turn.*.password");
    }

    @ParameterizedTest
    @MethodSource("holders")
    void showsDefaultsWhereItIsCommentedOut(Class<?> holder) throws IOException {
        assertThat(bound(holder, withoutExamples(read(true)))).isEqualTo(bound(holder, withoutExamples(read(false))));
    }

    private static Object bound(Class<?> holder, Map<String, String> settings) {
        String prefix = holder.getAnnotation(ConfigurationProperties.class).value();
        return new Binder(new MapConfigurationPropertySource(settings)).bindOrCreate(prefix, Bindable.of(holder));
    }

    @Test
    void showsTheDefaultsOfWhatStandsAlone() throws IOException {
        assertThat(read(true))
                .containsEntry("callbridge.data-dir", "data")
                .containsEntry("callbridge.node", "main")
                .containsEntry("callbridge.registration", "config/registration.yaml")
                .containsEntry("server.port", "29400");
    }
}
