package dev.callbridge.sip.leg;

import dev.callbridge.call.CallEnd;
import java.util.List;

/// What is sent inside a confirmed dialog; the same whoever called.
public sealed interface DialogMessage extends UacMessage, UasMessage {

    record Bye(String remoteTag, CallEnd end) implements DialogMessage {}

    /// The BYE once more, with credentials.
    record AuthenticateBye(String remoteTag, CallEnd end, List<Challenge> answering) implements DialogMessage {

        public AuthenticateBye {
            answering = List.copyOf(answering);
        }
    }
}
