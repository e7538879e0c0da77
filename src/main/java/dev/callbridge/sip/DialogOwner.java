package dev.callbridge.sip;

import dev.callbridge.call.CallEnd;
import gov.nist.javax.sip.message.SIPResponse;
import javax.sip.Dialog;

/// Who hears what comes inside a dialog; hangs at it. Called on the stack's threads: must not block.
interface DialogOwner {

    /// BYE; its 200 is on its way.
    ///
    /// @param remoteTag tells the dialogs of a forked INVITE apart
    void bye(String remoteTag, CallEnd end);

    /// ACK of our 2xx.
    void acknowledged();

    /// Nobody acknowledged our 2xx for 64·T1.
    void neverAcknowledged();

    /// A 2xx to our INVITE, whose transaction is gone.
    void answeredAgain(SIPResponse response, Dialog dialog);
}
