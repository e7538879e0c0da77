package dev.callbridge.matrix;

import dev.callbridge.bridge.SettingException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings under `callbridge.matrix`.
///
/// @param ringTimeout how long a called Matrix user may ring, written as `60s`
@ConfigurationProperties("callbridge.matrix")
record MatrixProperties(@DefaultValue("60s") Duration ringTimeout) {

    MatrixProperties {
        if (ringTimeout.compareTo(Duration.ofSeconds(5)) < 0 || ringTimeout.compareTo(Duration.ofMinutes(3)) > 0) {
            throw new SettingException(
                    "callbridge.matrix.ring-timeout", ringTimeout, "it must lie between 5s and 180s");
        }
    }
}
