package dev.callbridge.matrix;

import static dev.callbridge.matrix.MatrixStage.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.call.HangupCause;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.FakeCall;
import dev.callbridge.testkit.FakeHomeserver;
import dev.callbridge.testkit.FakeUser;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Calls whose beginning is heard of late, or that the homeserver makes hard to take.
class LateInvitesIT {

    @RegisterExtension
    static final MatrixStage STAGE = new MatrixStage();

    private final FakeUser alice = STAGE.newUser();
    private final PhoneNumber number = MatrixStage.newNumber();
    private final String ghost = MatrixStage.ghost(number);

    private FakePhones.Phone phone() {
        return STAGE.phones().expectDialled(alice.id(), number);
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
        assertThat(STAGE.phones().dialled(number)).isZero();
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
        assertThat(STAGE.phones().dialled(number)).isEqualTo(1);
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
        STAGE.homeserver().disconnect();
        String _ = alice.says(room, "hello");
        FakeCall lost = alice.calls(room, MatrixBench.ALICES_SDP, 10_000, true);
        for (int i = 0; i < 101; i++) {
            String _ = alice.sends(room, "m.room.message", content().put("body", "more"), 0, false);
        }
        STAGE.homeserver().connect(STAGE.bench().url());

        FakeCall next = alice.calls(room, MatrixBench.ALICES_SDP);
        FakePhones.Phone _ = phone();

        assertThat(STAGE.phones().dialled(number)).isEqualTo(1);
        assertThat(lost.heard()).isEmpty();
        next.hangsUp();
    }

    @Test
    void aHiccupOfTheHomeserverLosesNoCall() {
        String room = alice.dm(ghost);
        STAGE.homeserver().disturb(this::asksForMessages, 4, 503, null, Duration.ZERO);

        FakeCall call = alice.calls(room, MatrixBench.ALICES_SDP, 10_000, true);
        phone().answers();

        JsonNode _ = call.expectAnswer();
        assertThat(STAGE.phones().dialled(number)).isEqualTo(1);
    }

    @Test
    void aHomeserverThatStaysAwayEndsTheCallWithWords() {
        String room = alice.dm(ghost);
        STAGE.homeserver().disturb(this::asksForMessages, 999, 503, null, Duration.ZERO);

        FakeCall call = alice.calls(room, MatrixBench.ALICES_SDP, 38_000, true);

        JsonNode _ = call.expectReject();
        String _ = alice.expectNotice(room, "busy or down");
        assertThat(STAGE.phones().dialled(number)).isZero();
    }

    @Test
    void aRepeatedTransactionRefusesOnce() {
        String room = alice.dm(MatrixStage.BOT);
        FakeCall call = alice.calls(room, MatrixBench.ALICES_SDP);
        JsonNode _ = call.expectReject();

        assertThat(STAGE.homeserver().repeatLastTransaction()).isEqualTo(200);
        String _ = alice.says(room, "call my mother");
        String _ = alice.expectNotice(room, "can't read");

        assertThat(call.heard()).containsExactly("m.call.reject");
    }

    @Test
    void anAnswerThatNeverLeftIsFollowedByARejectToo() {
        FakeCall call = alice.calls(alice.dm(ghost), MatrixBench.ALICES_SDP);
        FakePhones.Phone phone = phone();
        STAGE.homeserver().disturb(MatrixStage.sending("m.call.answer", ghost), 9, 429, 10_000L, Duration.ZERO);
        phone.answers();
        await().atMost(Duration.ofSeconds(5))
                .until(() ->
                        STAGE.homeserver().requests().stream().anyMatch(MatrixStage.sending("m.call.answer", ghost)));

        phone.ends(HangupCause.NORMAL);

        JsonNode _ = call.expectHangup();
        JsonNode _ = call.expectReject();
    }
}
