package dev.callbridge.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.call.HangupCause;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.FakeCall;
import dev.callbridge.testkit.FakeHomeserver;
import dev.callbridge.testkit.FakeUser;
import dev.callbridge.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Calls whose beginning is heard of late, or that the homeserver makes hard to take.
class LateInvitesIT {

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final FakeHomeserver HOMESERVER = new FakeHomeserver(MatrixBench.SERVER);
    private static final TestDatabase DATABASE = new TestDatabase();
    private static final String BOT = "@_sip_bot:" + MatrixBench.SERVER;

    @TempDir
    private static Path directory;

    private static MatrixBench bench;

    private final FakeUser alice = HOMESERVER.user("@alice" + COUNT.incrementAndGet() + ":" + MatrixBench.SERVER);
    private final PhoneNumber number = new PhoneNumber("+49309016" + (2000 + COUNT.get()));
    private final String ghost = "@_sip_" + number.digits() + ":" + MatrixBench.SERVER;

    @BeforeAll
    static void start() {
        bench = new MatrixBench(HOMESERVER, DATABASE, directory);
    }

    @AfterEach
    void calm() {
        HOMESERVER.calm();
    }

    @AfterAll
    static void stop() {
        bench.close();
        HOMESERVER.close();
    }

    private static ObjectNode content() {
        return JsonMapper.shared().createObjectNode();
    }

    private FakePhones.Phone phone() {
        return bench.phones.expectDialled(alice.id(), number);
    }

    private boolean asksForMessages(FakeHomeserver.Request request) {
        return request.path().endsWith("/messages") && request.as().equals(ghost);
    }

    @Test
    void anInviteOfSomeSecondsIsStillDialledIfItLives() {
        String room = alice.dm(ghost);
        FakeCall call = alice.calls(room, MatrixBench.ALICES_SDP, 10_000, true);

        phone().answers();

        JsonNode _ = call.expectAnswer();
    }

    @Test
    void anOldInviteThatStillRingsIsRefusedWithWords() {
        String room = alice.dm(ghost);
        FakeCall call = alice.calls(room, MatrixBench.ALICES_SDP, 45_000, true);

        JsonNode _ = call.expectReject();
        String _ = alice.expectNotice(room, "too late");
        assertThat(bench.phones.dialled(number)).isZero();
    }

    @Test
    void anOldInviteThatWasHungUpIsDroppedSilently() {
        String room = alice.dm(ghost);
        FakeCall dead = alice.calls(room, MatrixBench.ALICES_SDP, 45_000, false);
        ObjectNode hangup = content()
                .put("call_id", dead.callId())
                .put("party_id", "ALICEPHONE")
                .put("version", "1");
        String _ = alice.sends(room, "m.call.hangup", hangup, 40_000, false);

        FakeCall next = alice.calls(room, MatrixBench.ALICES_SDP);
        FakePhones.Phone _ = phone();

        assertThat(dead.heard()).isEmpty();
        assertThat(bench.phones.dialled(number)).isEqualTo(1);
        next.hangsUp();
    }

    @Test
    void anExpiredInviteIsDroppedSilently() {
        String room = alice.dm(ghost);
        FakeCall call = alice.calls(room, MatrixBench.ALICES_SDP, 61_000, true);
        FakeCall next = alice.calls(room, MatrixBench.ALICES_SDP);
        FakePhones.Phone _ = phone();

        assertThat(call.heard()).isEmpty();
        next.hangsUp();
    }

    @Test
    void anInviteBehindMoreThanCanBeReadIsNotDialled() {
        String room = alice.dm(ghost);
        HOMESERVER.disconnect();
        String _ = alice.says(room, "hello");
        FakeCall lost = alice.calls(room, MatrixBench.ALICES_SDP, 10_000, true);
        for (int i = 0; i < 101; i++) {
            String _ = alice.sends(room, "m.room.message", content().put("body", "more"), 0, false);
        }
        HOMESERVER.connect(bench.url());

        FakeCall next = alice.calls(room, MatrixBench.ALICES_SDP);
        FakePhones.Phone _ = phone();

        assertThat(bench.phones.dialled(number)).isEqualTo(1);
        assertThat(lost.heard()).isEmpty();
        next.hangsUp();
    }

    @Test
    void aHiccupOfTheHomeserverLosesNoCall() {
        String room = alice.dm(ghost);
        HOMESERVER.disturb(this::asksForMessages, 4, 503, null, Duration.ZERO);

        FakeCall call = alice.calls(room, MatrixBench.ALICES_SDP, 10_000, true);
        phone().answers();

        JsonNode _ = call.expectAnswer();
        assertThat(bench.phones.dialled(number)).isEqualTo(1);
    }

    @Test
    void aHomeserverThatStaysAwayEndsTheCallWithWords() {
        String room = alice.dm(ghost);
        HOMESERVER.disturb(this::asksForMessages, 999, 503, null, Duration.ZERO);

        FakeCall call = alice.calls(room, MatrixBench.ALICES_SDP, 38_000, true);

        JsonNode _ = call.expectReject();
        String _ = alice.expectNotice(room, "busy or down");
        assertThat(bench.phones.dialled(number)).isZero();
    }

    @Test
    void aRepeatedTransactionRefusesOnce() {
        String room = alice.dm(BOT);
        FakeCall call = alice.calls(room, MatrixBench.ALICES_SDP);
        JsonNode _ = call.expectReject();

        assertThat(HOMESERVER.repeatLastTransaction()).isEqualTo(200);
        String _ = alice.says(room, "call my mother");
        String _ = alice.expectNotice(room, "can't read");

        assertThat(call.heard()).containsExactly("m.call.reject");
    }

    @Test
    void anAnswerThatNeverLeftIsFollowedByARejectToo() {
        FakeCall call = alice.calls(alice.dm(ghost), MatrixBench.ALICES_SDP);
        FakePhones.Phone phone = phone();
        HOMESERVER.disturb(
                request -> request.path().contains("/send/m.call.answer/")
                        && request.as().equals(ghost),
                9,
                429,
                10_000L,
                Duration.ZERO);
        phone.answers();
        await().atMost(Duration.ofSeconds(5))
                .until(() -> HOMESERVER.requests().stream()
                        .anyMatch(request -> request.path().contains("/send/m.call.answer/")
                                && request.as().equals(ghost)));

        phone.ends(HangupCause.NORMAL);

        JsonNode _ = call.expectHangup();
        JsonNode _ = call.expectReject();
    }
}
