package dev.callbridge.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallInput.FromLeg;
import dev.callbridge.call.CallInput.Overdue;
import dev.callbridge.call.CallOutput.Close;
import dev.callbridge.call.CallOutput.ToLeg;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.PhoneNumber;
import org.junit.jupiter.api.Test;

class RefusedCallTest {

    static final LegId CALLER = new LegId("c", "caller");
    static final CallEnd WHY = CallEnd.of(HangupCause.NOT_ALLOWED);
    static final FromLeg OFFERED = new FromLeg(
            CALLER,
            new LegEvent.Offered(
                    Parties.of(new MatrixUser("@alice:example.org"), new PhoneNumber("+499001123456")),
                    new Sdp("offer")));

    RefusedCall call = new RefusedCall(CALLER, WHY);
    RefusedCall.State state = call.start();

    CallStep<RefusedCall.State> take(CallInput input) {
        var step = call.step(state, input);
        state = step.next();
        return step;
    }

    @Test
    void refusesWhatIsOffered() {
        assertThat(take(OFFERED).outputs()).containsExactly(new ToLeg(CALLER, new LegCommand.End(WHY)));
    }

    @Test
    void closesWhenTheCallerHasBeenTold() {
        take(OFFERED);
        var last = take(new FromLeg(CALLER, new LegEvent.Ended(WHY)));

        assertThat(last.outputs()).endsWith(new Close(new CallVerdict(WHY, CallVerdict.Side.BRIDGE)));
        assertThat(call.over(state)).isTrue();
    }

    @Test
    void closesAlsoIfNothingIsEverOffered() {
        take(new Overdue());
        take(new Overdue());

        assertThat(call.over(state)).isTrue();
    }
}
