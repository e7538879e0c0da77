package dev.callbridge.matrix;

import static dev.callbridge.matrix.MatrixStage.content;
import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.testkit.FakeUser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/// A client places a call that telephones can't join.
class GroupCallsIT {

    @RegisterExtension
    static final MatrixStage STAGE = new MatrixStage();

    private final FakeUser alice = STAGE.newUser();
    private final String ghost = MatrixStage.ghost(MatrixStage.newNumber());
    private final String room = alice.dm(ghost);

    private long notices() {
        return alice.heard(room).stream()
                .filter(event -> event.path("content").path("body").asString("").contains("Element Call"))
                .count();
    }

    /// What is said after it is answered after it.
    private void letEverythingArrive() {
        alice.calls(room, "").expectReject();
    }

    @ParameterizedTest
    @ValueSource(strings = {"org.matrix.msc3401.call.member", "m.rtc.member", "org.matrix.msc4075.rtc.notification"})
    void whoTriesIsToldOnce(String type) {
        for (int times = 0; times < 3; times++) {
            String _ = alice.sends(room, type, content().put("application", "m.call"), 0, true);
        }

        assertThat(alice.expectNotice(room, "Element Call")).contains("Legacy call");
        letEverythingArrive();
        assertThat(notices()).isEqualTo(1);
    }

    @Test
    void whoLeavesSuchACallIsToldNothing() {
        String _ = alice.sends(room, "org.matrix.msc3401.call.member", content(), 0, true);
        ObjectNode empty = content();
        empty.putArray("memberships");
        String _ = alice.sends(room, "org.matrix.msc3401.call.member", empty, 0, true);

        letEverythingArrive();
        assertThat(notices()).isZero();
    }

    @Test
    void anOldCallIsForgotten() {
        String _ = alice.sends(room, "m.rtc.member", content().put("application", "m.call"), 600_000, true);

        letEverythingArrive();
        assertThat(notices()).isZero();
    }
}
