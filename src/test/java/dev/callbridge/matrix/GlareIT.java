package dev.callbridge.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.FakeCall;
import dev.callbridge.testkit.FakeUser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A user and a telephone call each other at once.
class GlareIT {

    @RegisterExtension
    static final MatrixStage STAGE = new MatrixStage();

    private final FakeUser alice = STAGE.newUser();
    private final PhoneNumber number = MatrixStage.newNumber();
    private final String room = STAGE.chat(alice, number);

    private FakePhones.Phone telephoneCalls() {
        return STAGE.calls(number, alice);
    }

    private static void isRejectedSilently(FakeCall placed) {
        assertThat(placed.expectReject().path("reason").asString("")).isEqualTo("user_hangup");
    }

    @Test
    void theTelephonesCallSurvivesWhenItWasFirst() {
        FakePhones.Phone phone = telephoneCalls();
        FakeCall ringing = alice.expectCall();
        LegCommand.Ring _ = phone.expect(LegCommand.Ring.class);

        FakeCall placed = alice.calls(room, MatrixBench.ALICES_SDP);

        isRejectedSilently(placed);
        String _ = alice.expectNotice(room, "is calling you right now");
        ringing.answers(MatrixBench.ALICES_SDP);
        LegCommand.Answer _ = phone.expect(LegCommand.Answer.class);
        assertThat(STAGE.phones().dialled(number)).isZero();
        phone.ends(HangupCause.NORMAL);
    }

    @Test
    void theTelephonesCallSurvivesWhenItCameSecond() {
        FakeCall placed = alice.calls(room, MatrixBench.ALICES_SDP);
        FakePhones.Phone dialled = STAGE.phones().expectDialled(alice.id(), number);

        FakePhones.Phone phone = telephoneCalls();

        isRejectedSilently(placed);
        assertThat(dialled.expectEnd()).isEqualTo(new CallEnd(HangupCause.CANCELED, "collision"));
        FakeCall ringing = alice.expectCall();
        ringing.answers(MatrixBench.ALICES_SDP);
        LegCommand.Answer _ = phone.expect(LegCommand.Answer.class);
        phone.ends(HangupCause.NORMAL);
    }

    @Test
    void ourCallIdIsLessThanAnyOther() {
        FakePhones.Phone phone = telephoneCalls();
        FakeCall ringing = alice.expectCall();

        assertThat(ringing.callId()).isLessThan(".").isLessThan("0").matches("[-._~a-zA-Z0-9]+");
        phone.ends(HangupCause.CANCELED);
    }

    @Test
    void onceTheTelephoneIsAnsweredAnotherCallIsAnother() {
        FakePhones.Phone phone = telephoneCalls();
        FakeCall ringing = alice.expectCall();
        ringing.answers(MatrixBench.ALICES_SDP);
        LegCommand.Answer _ = phone.expect(LegCommand.Answer.class);

        FakeCall placed = alice.calls(room, MatrixBench.ALICES_SDP);

        FakePhones.Phone _ = STAGE.phones().expectDialled(alice.id(), number);
        placed.hangsUp();
        phone.ends(HangupCause.NORMAL);
    }
}
