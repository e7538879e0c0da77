package dev.callbridge.store;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// What the homeserver told us, kept until it has been worked through, and which events were acted upon.
@Component
public final class TransactionRepository {

    /// @param open whether it still has to be worked through
    public record Stored(long id, boolean open) {}

    public record Open(long id, String body, Instant received) {}

    private final JdbcClient jdbc;

    public TransactionRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// @param digest of the event ids: a repeat has the same, a number that is used anew has not
    public Stored store(String txnId, String digest, String body, Instant received) {
        // Text columns of PostgreSQL take every character but this one, and JSON writes it as an escape.
        String clean = body.replace("\0", "");
        return jdbc.sql("""
                        insert into matrix_transaction (txn_id, digest, body, received) values (?, ?, ?, ?)
                        on conflict (txn_id, digest) do update set txn_id = excluded.txn_id
                        returning id, processed is null as open
                        """)
                .param(txnId)
                .param(digest)
                .param(clean)
                .param(received.atOffset(ZoneOffset.UTC))
                .query(Stored.class)
                .single();
    }

    public void processed(long id) {
        jdbc.sql("update matrix_transaction set processed = now(), body = null where id = ?")
                .param(id)
                .update();
    }

    /// What an earlier process stored and did not finish, in order.
    public List<Open> open() {
        return jdbc.sql("select id, body, received from matrix_transaction where processed is null order by id")
                .query((row, _) -> new Open(
                        row.getLong("id"),
                        text(row.getString("body")),
                        row.getTimestamp("received").toInstant()))
                .list();
    }

    private static String text(@Nullable String body) {
        return body == null ? "{}" : body;
    }

    /// Whether nobody has acted upon this event yet; from now on somebody has.
    public boolean claim(String eventId) {
        return jdbc.sql("insert into matrix_event (event_id) values (?) on conflict (event_id) do nothing")
                        .param(eventId)
                        .update()
                == 1;
    }

    /// Asks the database for nothing: true if it answers.
    public boolean answers() {
        return jdbc.sql("select 1").query(Integer.class).single() == 1;
    }

    /// Forgets what no homeserver repeats any more.
    public void forget(Duration olderThan) {
        String age = olderThan.toSeconds() + " seconds";
        jdbc.sql("delete from matrix_transaction where processed is not null and received < now() - ?::interval")
                .param(age)
                .update();
        jdbc.sql("delete from matrix_event where seen < now() - ?::interval")
                .param(age)
                .update();
    }
}
