package dev.callbridge.sip.leg;

import dev.callbridge.call.CallEnd;
import java.util.List;

/// What arrives inside a confirmed dialog; the same whoever called.
public sealed interface DialogArrival extends UacArrival, UasArrival {

    /// The other side's tag, which tells the dialogs of a forked INVITE apart (RFC 3261 §12).
    String remoteTag();

    /// BYE; its 200 has been sent.
    ///
    /// @param end what its Reason header says
    record Bye(String remoteTag, CallEnd end) implements DialogArrival {}

    /// A final response to our BYE that is no challenge, or none at all (RFC 5407 §3.2.1: 481 and 408 are as good).
    record ByeDone(String remoteTag) implements DialogArrival {}

    /// 401 or 407 to our BYE.
    record ByeChallenged(String remoteTag, List<Challenge> challenges) implements DialogArrival {

        public ByeChallenged {
            challenges = List.copyOf(challenges);
        }
    }
}
