package dev.callbridge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.callbridge.bridge.SettingException;
import dev.callbridge.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What is known of a call goes some time after its end.
@Timeout(60)
class OldCallsIT {

    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    static final Duration KEPT = Duration.ofDays(90);
    static final Duration LONG_AGO = KEPT.plusHours(1);
    static final TestDatabase DATABASE = new TestDatabase();
    static final JdbcClient JDBC = DATABASE.jdbc();

    final OldCalls old = new OldCalls(JDBC, InstantSource.fixed(NOW), KEPT);

    @BeforeEach
    void clear() {
        JDBC.sql("truncate calls, legs, disturbances, dialled").update();
    }

    @AfterEach
    void close() {
        old.close();
    }

    private static OffsetDateTime before(Duration age) {
        return NOW.minus(age).atOffset(ZoneOffset.UTC);
    }

    /// @param closed how long ago; null: it lives
    private static void call(String id, Duration opened, @Nullable Duration closed) {
        JDBC.sql("""
                        with call as (
                            insert into calls (call_id, caller, callee, node, opened_at, closed_at)
                            values (:id, '@alice:example.org', 'anonymous', 'one', :opened, :closed) returning call_key),
                        leg as (
                            insert into legs (call_key, role, kind, state, identifiers, changed_at)
                            select call_key, 'callee', 'UacLeg', '{}', '{}', :opened from call),
                        trouble as (
                            insert into disturbances (call_key, role, trouble, began_at)
                            select call_key, 'callee', 'silent', :opened from call)
                        insert into dialled (dial_id, call_id, role, intent, recorded_at)
                        values (gen_random_uuid(), :id, 'callee', '{}', :opened)""")
                .param("id", id)
                .param("opened", before(opened))
                .param("closed", closed == null ? null : before(closed))
                .update();
    }

    private static List<@Nullable String> known(String sql) {
        return JDBC.sql(sql).query(String.class).list();
    }

    @Test
    void goWithAllThatIsKnownOfThem() {
        call("old", LONG_AGO.plusMinutes(5), LONG_AGO);
        call("recent", KEPT.minusHours(1), KEPT.minusHours(2));

        old.forget();

        assertThat(known("select call_id from calls")).containsExactly("recent");
        assertThat(known("select call_id from legs join calls using (call_key)"))
                .hasSize(1);
        assertThat(known("select role from legs")).hasSize(1);
        assertThat(known("select role from disturbances")).hasSize(1);
        assertThat(known("select call_id from dialled")).containsExactly("recent");
    }

    @Test
    void areOnlyThoseThatHaveEnded() {
        call("open", LONG_AGO, null);

        old.forget();

        assertThat(known("select call_id from calls")).containsExactly("open");
    }

    @Test
    void goInBatchesUntilNoneIsLeft() {
        JDBC.sql("""
                        insert into calls (call_id, caller, callee, node, opened_at, closed_at)
                        select 'c' || n, 'anonymous', 'anonymous', 'one', :then, :then
                        from generate_series(1, :many) n""")
                .param("then", before(LONG_AGO))
                .param("many", 2 * OldCalls.BATCH + 1)
                .update();

        old.forget();

        assertThat(known("select call_id from calls")).isEmpty();
    }

    /// Another node may be at it already.
    @Test
    void thatSomebodyElseHoldsAreNotWaitedFor() throws Exception {
        call("held", LONG_AGO, LONG_AGO);
        call("free", LONG_AGO, LONG_AGO);
        try (var connection = DATABASE.dataSource().getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select 1 from calls where call_id = 'held' for update");

            old.forget();

            connection.rollback();
        }
        assertThat(known("select call_id from calls")).containsExactly("held");
    }

    @Test
    void areKeptForADayAtLeastOrForEver() {
        assertThat(new StoreProperties(Duration.ZERO).keepRecords()).isZero();
        assertThatThrownBy(() -> new StoreProperties(Duration.ofHours(23)))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("callbridge.keep-records");
    }
}
