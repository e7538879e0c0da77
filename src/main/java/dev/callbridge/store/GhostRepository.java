package dev.callbridge.store;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Our users on the homeserver.
@Component
public final class GhostRepository {

    /// @param displayName null until the homeserver has the ghost and its name
    public record Row(
            String userId, String deviceId, @Nullable String displayName) {}

    private final JdbcClient jdbc;

    public GhostRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// The ghost's row, made if there is none.
    ///
    /// @param newDeviceId taken if the ghost is new
    public Row findOrAdd(String userId, String newDeviceId) {
        return jdbc.sql("select user_id, device_id, display_name from ghost where user_id = ?")
                .param(userId)
                .query(Row.class)
                .optional()
                .orElseGet(() -> add(userId, newDeviceId));
    }

    private Row add(String userId, String deviceId) {
        return jdbc.sql("""
                        insert into ghost (user_id, device_id) values (?, ?)
                        on conflict (user_id) do update set user_id = excluded.user_id
                        returning user_id, device_id, display_name
                        """).param(userId).param(deviceId).query(Row.class).single();
    }

    public void named(String userId, String displayName) {
        jdbc.sql("update ghost set display_name = ? where user_id = ?")
                .param(displayName)
                .param(userId)
                .update();
    }
}
