package dev.callbridge.call;

import dev.callbridge.call.CallInput.FromLeg;
import dev.callbridge.call.CallInput.FromMedia;
import dev.callbridge.call.CallOutput.ToLeg;
import dev.callbridge.call.CallOutput.ToMedia;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.PhoneNumber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A call of two on the bench: inputs go in, outputs of the last step lie open.
abstract class TwoPartyCallBench {

    static final LegId CALLER = new LegId("c", "caller");
    static final LegId CALLEE = new LegId("c", "callee");
    static final MatrixUser ALICE = new MatrixUser("@alice:example.org");
    static final PhoneNumber BERLIN = new PhoneNumber("+4930901820");
    static final Sdp OFFER = new Sdp("offer");
    static final Sdp OUR_OFFER = new Sdp("our offer");
    static final Sdp ANSWER = new Sdp("answer");
    static final Sdp OUR_ANSWER = new Sdp("our answer");
    static final Duration RING = Duration.ofSeconds(50);
    static final Duration LENGTH = Duration.ofHours(4);

    TwoPartyCall call = call(AnswerPolicy.AT_ONCE);
    TwoPartyState state = call.start();
    List<CallOutput> outputs = new ArrayList<>();

    static TwoPartyCall call(AnswerPolicy policy) {
        return new TwoPartyCall(CALLER, CALLEE, policy, RING, LENGTH);
    }

    void take(CallInput input) {
        var step = call.step(state, input);
        state = step.next();
        outputs = new ArrayList<>(step.outputs());
    }

    void caller(LegEvent event) {
        take(new FromLeg(CALLER, event));
    }

    void callee(LegEvent event) {
        take(new FromLeg(CALLEE, event));
    }

    void media(MediaEvent event) {
        take(new FromMedia(event));
    }

    void alert() {
        caller(new LegEvent.Offered(Parties.of(ALICE, BERLIN), OFFER));
        media(new MediaEvent.Prepared(CALLEE, OUR_OFFER));
    }

    void talk() {
        alert();
        callee(new LegEvent.Answered(ANSWER));
        media(new MediaEvent.Matched(CALLER, OUR_ANSWER));
        media(new MediaEvent.Flowing());
    }

    static ToLeg end(LegId leg, HangupCause cause) {
        return new ToLeg(leg, new LegCommand.End(CallEnd.of(cause)));
    }

    static final ToMedia RELEASE = new ToMedia(new MediaCommand.Release());
}
