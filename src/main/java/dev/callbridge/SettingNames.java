package dev.callbridge;

import dev.callbridge.bridge.SettingException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;

/// The names of all settings under `callbridge`, read off the records that hold them. A name that is none of them is a
/// typing error, and would else be ignored in silence.
final class SettingNames {

    private static final String PREFIX = "callbridge.";

    /// Stands for any key of a map and any index of a list.
    private static final String ANY = "*";

    private final List<List<String>> known = new ArrayList<>();

    /// @param holders classes with [ConfigurationProperties]
    /// @param others names of single settings
    SettingNames(Collection<Class<?>> holders, Set<String> others) {
        for (Class<?> holder : holders) {
            String prefix = holder.getAnnotation(ConfigurationProperties.class).value();
            add(List.of(prefix.split("\\.")), holder);
        }
        others.forEach(name -> known.add(List.of(name.split("\\."))));
    }

    private void add(List<String> name, Type type) {
        switch (type) {
            case ParameterizedType list
            when list.getRawType() instanceof Class<?> raw && isMany(raw) -> {
                Type[] arguments = list.getActualTypeArguments();
                known.add(name);
                add(with(name, ANY), arguments[arguments.length - 1]);
            }
            case Class<?> record
            when record.isRecord() -> {
                for (RecordComponent component : record.getRecordComponents()) {
                    add(with(name, kebab(component.getName())), component.getGenericType());
                }
            }
            default -> known.add(name);
        }
    }

    private static boolean isMany(Class<?> type) {
        return Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type);
    }

    /// @throws SettingException for the first name in the files that is unknown
    void check(ConfigurableEnvironment environment) {
        environment.getPropertySources().stream()
                .filter(source -> source.getName().startsWith("Config resource"))
                .filter(EnumerablePropertySource.class::isInstance)
                .map(EnumerablePropertySource.class::cast)
                .forEach(source -> Stream.of(source.getPropertyNames())
                        .filter(name -> name.startsWith(PREFIX))
                        .filter(name -> !isKnown(name))
                        .findFirst()
                        .ifPresent(name -> {
                            throw new SettingException(
                                    name,
                                    "(hidden)",
                                    "there is no such setting; config/callbridge.yaml, as it comes with the bridge, names all");
                        }));
    }

    boolean isKnown(String name) {
        List<String> parts = parts(name);
        return known.stream().anyMatch(pattern -> matches(pattern, parts));
    }

    /// Settings that are not among these; lists and maps as a whole are among them if anything in them is.
    List<String> unnamedIn(Collection<String> names) {
        List<List<String>> all = names.stream().map(SettingNames::parts).toList();
        return known.stream()
                .filter(pattern -> all.stream().noneMatch(parts -> matches(pattern, parts) || begins(pattern, parts)))
                .map(pattern -> String.join(".", pattern))
                .toList();
    }

    private static boolean begins(List<String> pattern, List<String> parts) {
        return parts.size() > pattern.size() && matches(pattern, parts.subList(0, pattern.size()));
    }

    private static List<String> parts(String name) {
        return List.of(name.replaceAll("\\[([^]]*)]", ".$1").split("\\."));
    }

    /// The key of a map may hold dots of its own, so that `*` takes one part or more.
    private static boolean matches(List<String> pattern, List<String> parts) {
        if (pattern.isEmpty()) {
            return parts.isEmpty();
        }
        if (parts.isEmpty()) {
            return false;
        }
        List<String> rest = pattern.subList(1, pattern.size());
        if (!pattern.getFirst().equals(ANY)) {
            return pattern.getFirst().equals(kebab(parts.getFirst())) && matches(rest, parts.subList(1, parts.size()));
        }
        for (int taken = 1; taken <= parts.size(); taken++) {
            if (matches(rest, parts.subList(taken, parts.size()))) {
                return true;
            }
        }
        return false;
    }

    private static List<String> with(List<String> name, String last) {
        return Stream.concat(name.stream(), Stream.of(last)).toList();
    }

    private static String kebab(String camel) {
        return camel.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}
