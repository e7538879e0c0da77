package dev.callbridge.sip.leg;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.Parties;
import dev.callbridge.call.Sdp;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.LegTrial;
import java.util.List;

/// For tests of a leg that dials a telephone.
abstract class UacTrial extends LegTrial<UacState, UacArrival, UacMessage> {

    static final MatrixUser ALICE = new MatrixUser("@alice:example.org");
    static final PhoneNumber BERLIN = new PhoneNumber("+4930901820");
    static final Sdp OFFER = new Sdp("v=0 offer");
    static final Sdp ANSWER = new Sdp("v=0 answer");
    static final Sdp PREVIEW = new Sdp("v=0 preview");
    static final CallEnd HANGUP = CallEnd.of(HangupCause.NORMAL);
    static final CallEnd NO_ANSWER = CallEnd.of(HangupCause.NO_ANSWER);
    static final Challenge CHALLENGE = new Challenge(false, "carrier", "n1", "MD5", List.of("auth"), "", false);
    static final Challenge STALE = new Challenge(false, "carrier", "n2", "MD5", List.of("auth"), "", true);

    /// @param trunks the early media of each trunk that may be tried
    UacTrial(List<EarlyMedia> trunks) {
        super(new UacLeg(trunks));
    }

    /// Asks for the call; nothing leaves before it is written down.
    final void ask() {
        asked(new LegCommand.Dial(Parties.of(ALICE, BERLIN), OFFER));
    }

    /// Until the INVITE is sent.
    final void dial() {
        ask();
        arrives(new UacArrival.Recorded());
    }

    static LegEvent ended(HangupCause cause) {
        return new LegEvent.Ended(CallEnd.of(cause));
    }

    static UacMessage bye(String tag, CallEnd end) {
        return new DialogMessage.Bye(tag, end);
    }
}
