package dev.callbridge.store;

import dev.callbridge.bridge.SettingException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How long rows live.
///
/// @param keepRecords how long what is known of a call is kept after its end; zero: for ever
@ConfigurationProperties("callbridge")
record StoreProperties(@DefaultValue("90d") Duration keepRecords) {

    /// As long as the longest call, so that nothing goes that a call which lives has written.
    private static final Duration LEAST = Duration.ofDays(1);

    StoreProperties {
        if (!keepRecords.isZero() && keepRecords.compareTo(LEAST) < 0) {
            throw new SettingException(
                    "callbridge.keep-records", keepRecords, "write it like 90d, at least 1d; 0s is for ever");
        }
    }
}
