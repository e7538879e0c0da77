package dev.callbridge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.MediaQuality;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.CallVerdict;
import dev.callbridge.call.CallVerdict.Side;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegId;
import dev.callbridge.call.Sdp;
import dev.callbridge.call.Trouble;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.TestDatabase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.simple.JdbcClient;

@Timeout(60)
class CallTableIT {

    static final TestDatabase DATABASE = new TestDatabase();
    static final JdbcClient JDBC = DATABASE.jdbc();
    static final LegId CALLEE = new LegId("c1", "callee");

    CallTable table;

    @BeforeEach
    void open() {
        JDBC.sql("truncate calls, legs, disturbances, dialled").update();
        table = new CallTable(JDBC, InstantSource.system(), "one");
        table.opened("c1", new MatrixUser("@alice:example.org"), new PhoneNumber("+4930901820"));
    }

    @AfterEach
    void close() {
        table.close();
    }

    @Test
    void keepsACallWithItsLegsAndVerdict() {
        var sdp = new Sdp("v=0\r\no=- 77 5 IN IP4 127.0.0.1\r\ns=-\r\nm=audio 20000 RTP/AVP 8\r\n");
        table.leg(CALLEE, "UacLeg", "{\"v\":1,\"state\":\"calling\"}", Map.of("call-id", "x"), sdp, null);
        table.leg(CALLEE, "UacLeg", "{\"v\":1,\"state\":\"confirmed\"}", Map.of("call-id", "x"), sdp, new Sdp("v=0"));
        table.dialog(CALLEE, "{\"v\":1}");
        table.answered("c1");
        table.closed("c1", new CallVerdict(new CallEnd(HangupCause.NETWORK_DOWN, "carrier-503"), Side.CALLEE));
        table.closed("c1", new CallVerdict(CallEnd.of(HangupCause.FAILED), Side.BRIDGE));

        await().untilAsserted(() -> assertThat(JDBC.sql("""
                        select state ->> 'state' as state, local_port, local_version, remote_sdp, reason, ended_by,
                            answered_at is not null as answered, dialog is not null as dialog
                        from calls join legs using (call_key) where closed_at is not null""").query().listOfRows())
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("state", "confirmed")
                        .containsEntry("local_port", 20000)
                        .containsEntry("local_version", 5L)
                        .containsEntry("reason", "carrier-503")
                        .containsEntry("ended_by", "callee")
                        .containsEntry("answered", true)
                        .containsEntry("dialog", true)));
    }

    @Test
    void keepsHowTheSoundOfALegFared() {
        table.leg(CALLEE, "UacLeg", "{\"v\":1,\"state\":\"confirmed\"}", Map.of(), null, null);
        table.quality(
                CALLEE,
                new MediaQuality(
                        new MediaQuality.Way(3000, 12, Duration.ofNanos(1_234_567)),
                        new MediaQuality.Way(2990, 0, Duration.ofMillis(2)),
                        Duration.ofMillis(45)));

        await().untilAsserted(() -> assertThat(JDBC.sql("""
                        select quality ->> 'v' as v, quality -> 'received' ->> 'lost' as lost,
                            quality -> 'received' ->> 'jitter_ms' as jitter, quality -> 'sent' ->> 'packets' as sent,
                            quality ->> 'round_trip_ms' as round_trip
                        from legs where role = 'callee'""").query().listOfRows())
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("v", "1")
                        .containsEntry("lost", "12")
                        .containsEntry("jitter", "1.23")
                        .containsEntry("sent", "2990")
                        .containsEntry("round_trip", "45.0")));
    }

    @Test
    void keepsWhenALegWasNotHeard() {
        table.disturbance(CALLEE, Trouble.NEVER_HEARD, true);
        table.disturbance(CALLEE, Trouble.NEVER_HEARD, false);
        table.disturbance(CALLEE, Trouble.INTERRUPTED, true);

        await().untilAsserted(() -> assertThat(JDBC.sql("""
                        select role || ' ' || trouble || ' ' || (ended_at is not null) from disturbances
                        order by disturbance_key""").query(String.class).list())
                .containsExactly("callee never-heard true", "callee interrupted false"));
    }

    @Test
    void saysWhenADialIsOnDisk() {
        var recorded = new CompletableFuture<Boolean>();
        table.beforeDialling(CALLEE, "{\"uri\":\"sip:x\"}", recorded::complete);

        assertThat(recorded.orTimeout(10, TimeUnit.SECONDS).join()).isTrue();
        assertThat(table.leftOpen())
                .singleElement()
                .satisfies(call -> assertThat(call.dialled()).isEqualTo(1));
    }

    /// A table lock stands for a database that hangs.
    @Test
    void saysNoAfterASecondAndMarksWhatCameToDiskLater() throws Exception {
        var recorded = new CompletableFuture<Boolean>();
        try (var connection = DATABASE.dataSource().getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table dialled in access exclusive mode");
            table.beforeDialling(CALLEE, "{}", recorded::complete);

            assertThat(recorded.orTimeout(10, TimeUnit.SECONDS).join()).isFalse();
            connection.rollback();
        }
        await().untilAsserted(() -> assertThat(JDBC.sql("select abandoned from dialled")
                        .query(Boolean.class)
                        .list())
                .containsExactly(true));
    }

    @Test
    void marksWhatWasWrittenDownAndNeverSent() {
        var recorded = new CompletableFuture<Boolean>();
        table.beforeDialling(CALLEE, "{}", recorded::complete);
        table.notDialled(CALLEE);

        await().untilAsserted(() -> assertThat(JDBC.sql("select abandoned from dialled")
                        .query(Boolean.class)
                        .list())
                .containsExactly(true));
        assertThat(recorded).isCompletedWithValue(true);
    }

    @Test
    void findsWhatAFormerRunLeftOpen() {
        table.opened("c2", new PhoneNumber("+4930901821"), new MatrixUser("@alice:example.org"));
        table.closed("c2", new CallVerdict(CallEnd.of(HangupCause.NORMAL), Side.CALLER));

        await().untilAsserted(() -> assertThat(table.leftOpen())
                .extracting(CallTable.OpenCall::callId)
                .containsExactly("c1"));
    }

    @Test
    void leavesTheCallsOfOtherNodesAlone() {
        try (var other = new CallTable(JDBC, InstantSource.system(), "two")) {
            assertThat(other.leftOpen()).isEmpty();
        }
    }
}
