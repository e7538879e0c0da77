package dev.callbridge;

import dev.callbridge.bridge.SettingException;
import java.sql.SQLException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/// The configured database can't be reached, or lets us not in.
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class DatabaseFailureAnalyzer extends AbstractFailureAnalyzer<SQLException> {

    private static final String SETTING = "spring.datasource.url";

    private final Environment environment;

    DatabaseFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, SQLException cause) {
        // What follows the question mark may hold a password.
        String url = environment.getProperty(SETTING, "").replaceFirst("\\?.*", "");
        var setting = new SettingException(
                SETTING,
                url,
                "PostgreSQL says: " + String.valueOf(cause.getMessage()).replaceAll("\\s+", " "));
        return new FailureAnalysis(String.valueOf(setting.getMessage()), null, cause);
    }
}
