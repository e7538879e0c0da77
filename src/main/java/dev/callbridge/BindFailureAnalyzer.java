package dev.callbridge;

import dev.callbridge.bridge.SettingException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/// A value of the wrong kind: letters where a number belongs. Settings that hold secrets are texts, so that
/// their values never get here.
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class BindFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
        ConfigurationProperty property = cause.getProperty();
        Class<?> type = cause.getTarget().getType().resolve();
        if (property == null || type == null) {
            return null;
        }
        var setting = new SettingException(
                property.getName().toString(), String.valueOf(property.getValue()), "it must be " + kind(type));
        return new FailureAnalysis(String.valueOf(setting.getMessage()), null, cause);
    }

    private static String kind(Class<?> type) {
        if (type.isEnum()) {
            return "one of " + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT);
        }
        if (type == Duration.class) {
            return "a span of time like 30s, 5m or 4h";
        }
        return type == int.class || type == long.class
                ? "a whole number"
                : "of another kind (" + type.getSimpleName().toLowerCase(Locale.ROOT) + "); see config/callbridge.yaml";
    }
}
