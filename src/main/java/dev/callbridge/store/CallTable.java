package dev.callbridge.store;

import dev.callbridge.bridge.CallJournal;
import dev.callbridge.bridge.MediaQuality;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.CallVerdict;
import dev.callbridge.call.LegId;
import dev.callbridge.call.Sdp;
import dev.callbridge.call.Trouble;
import dev.callbridge.dialplan.Party;
import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Calls, legs and what was dialled, as rows.
public final class CallTable implements CallJournal, AutoCloseable {

    /// Only dialling waits for the disk, and not longer than this.
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /// A call that a former process left open.
    public record OpenCall(String callId, OffsetDateTime openedAt, boolean answered, int dialled) {}

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final String node;
    private final JsonMapper json = new JsonMapper();
    private final JournalWriter writer = new JournalWriter("journal");
    /// What dials waits for nothing but its own row.
    private final JournalWriter dialWriter = new JournalWriter("journal-dial");

    private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("journal-timer").daemon().factory());

    /// @param node the name of this process among several on one database
    CallTable(JdbcClient jdbc, InstantSource clock, String node) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.node = node;
        timers.setRemoveOnCancelPolicy(true);
    }

    @Override
    public void opened(String callId, Party caller, Party callee) {
        OffsetDateTime at = now();
        writer.add(() -> jdbc.sql("""
                        insert into calls (call_id, caller, callee, node, opened_at)
                        values (?, ?, ?, ?, ?) on conflict (call_id) do nothing""")
                .params(callId, PartyText.of(caller), PartyText.of(callee), node, at)
                .update());
    }

    @Override
    public void leg(
            LegId leg,
            String kind,
            String state,
            Map<String, String> identifiers,
            @Nullable Sdp local,
            @Nullable Sdp remote) {
        OffsetDateTime at = now();
        String names = json.writeValueAsString(identifiers);
        var ours = LocalDescription.of(local);
        writer.add(() -> jdbc.sql("""
                        insert into legs (call_key, role, kind, state, identifiers, local_sdp, remote_sdp,
                            local_version, local_port, changed_at)
                        select call_key, :role, :kind, :state::jsonb, :names::jsonb, :local, :remote,
                            :version, :port, :at
                        from calls where call_id = :call
                        on conflict (call_key, role) do update set state = excluded.state,
                            identifiers = excluded.identifiers, local_sdp = excluded.local_sdp,
                            remote_sdp = excluded.remote_sdp, local_version = excluded.local_version,
                            local_port = excluded.local_port, changed_at = excluded.changed_at""")
                .param("call", leg.call())
                .param("role", leg.role())
                .param("kind", kind)
                .param("state", state)
                .param("names", names)
                .param("local", local == null ? null : local.text())
                .param("remote", remote == null ? null : remote.text())
                .param("version", ours.version())
                .param("port", ours.port())
                .param("at", at)
                .update());
    }

    @Override
    public void answered(String callId) {
        OffsetDateTime at = now();
        writer.add(() -> jdbc.sql("update calls set answered_at = ? where call_id = ?")
                .params(at, callId)
                .update());
    }

    @Override
    public void disturbance(LegId leg, Trouble trouble, boolean begins) {
        OffsetDateTime at = now();
        String sql = begins ? """
                        insert into disturbances (call_key, role, trouble, began_at)
                        select call_key, :role, :trouble, :at from calls where call_id = :call""" : """
                        update disturbances d set ended_at = :at from calls c where d.call_key = c.call_key
                            and c.call_id = :call and role = :role and trouble = :trouble and ended_at is null""";
        writer.add(() -> jdbc.sql(sql)
                .param("call", leg.call())
                .param("role", leg.role())
                .param("trouble", trouble.reason())
                .param("at", at)
                .update());
    }

    @Override
    public void quality(LegId leg, MediaQuality quality) {
        ObjectNode written = json.createObjectNode();
        written.put("v", 1);
        written.set("received", way(quality.received()));
        written.set("sent", way(quality.sent()));
        Duration roundTrip = quality.roundTrip();
        if (roundTrip != null) {
            written.put("round_trip_ms", millis(roundTrip));
        }
        String text = written.toString();
        writer.add(() -> jdbc.sql("""
                        update legs set quality = ?::jsonb from calls
                        where legs.call_key = calls.call_key and call_id = ? and role = ?""").params(text, leg.call(), leg.role()).update());
    }

    private ObjectNode way(MediaQuality.Way way) {
        return json.createObjectNode()
                .put("packets", way.packets())
                .put("lost", way.lost())
                .put("jitter_ms", millis(way.jitter()));
    }

    private static double millis(Duration time) {
        return Math.round(time.toNanos() / 1e4) / 100.0;
    }

    @Override
    public void closed(String callId, CallVerdict verdict) {
        OffsetDateTime at = now();
        CallEnd end = verdict.end();
        writer.add(() -> jdbc.sql("""
                        update calls set closed_at = ?, cause = ?, reason = ?, ended_by = ?
                        where call_id = ? and closed_at is null""")
                .params(
                        at,
                        end.cause().reason(),
                        end.reason(),
                        verdict.by().name().toLowerCase(Locale.ROOT),
                        callId)
                .update());
    }

    @Override
    public void dialog(LegId leg, String snapshot) {
        writer.add(() -> jdbc.sql("""
                        update legs set dialog = ?::jsonb from calls
                        where legs.call_key = calls.call_key and call_id = ? and role = ?""").params(snapshot, leg.call(), leg.role()).update());
    }

    /// A write that broke off may still happen, before or after its repetition: whichever comes last, a row
    /// that came too late stays abandoned.
    @Override
    public void beforeDialling(LegId leg, String intent, Consumer<Boolean> recorded) {
        UUID id = UUID.randomUUID();
        OffsetDateTime at = now();
        var told = new AtomicBoolean();
        Runnable tooLate = () -> tell(told, recorded, false);
        var patience = timers.schedule(tooLate, PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        boolean taken = dialWriter.add(() -> {
            dialled(id, leg, intent, at, told.get());
            patience.cancel(false);
            if (!tell(told, recorded, true)) {
                dialled(id, leg, intent, at, true);
            }
        });
        if (!taken) {
            patience.cancel(false);
            tooLate.run();
        }
    }

    private void dialled(UUID id, LegId leg, String intent, OffsetDateTime at, boolean abandoned) {
        jdbc.sql("""
                        insert into dialled (dial_id, call_id, role, intent, recorded_at, abandoned)
                        values (?, ?, ?, ?::jsonb, ?, ?)
                        on conflict (dial_id) do update set abandoned = dialled.abandoned or excluded.abandoned""").params(id, leg.call(), leg.role(), intent, at, abandoned).update();
    }

    @Override
    public void notDialled(LegId leg) {
        dialWriter.add(() -> jdbc.sql("""
                        update dialled set abandoned = true where dial_id = (
                            select dial_id from dialled where call_id = ? and role = ?
                            order by recorded_at desc limit 1)""").params(leg.call(), leg.role()).update());
    }

    private static boolean tell(AtomicBoolean told, Consumer<Boolean> recorded, boolean written) {
        boolean first = told.compareAndSet(false, true);
        if (first) {
            recorded.accept(written);
        }
        return first;
    }

    /// Calls that this node left open when it last went down.
    List<OpenCall> leftOpen() {
        return jdbc.sql("""
                        select call_id, opened_at, answered_at is not null as answered,
                            (select count(*) from dialled d where d.call_id = c.call_id and not abandoned) as dialled
                        from calls c where closed_at is null and node = ? order by opened_at""")
                .param(node)
                .query((row, _) -> new OpenCall(
                        row.getString("call_id"),
                        row.getObject("opened_at", OffsetDateTime.class),
                        row.getBoolean("answered"),
                        row.getInt("dialled")))
                .list();
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }

    @Override
    public void close() {
        dialWriter.close();
        writer.close();
        timers.shutdownNow();
    }
}
