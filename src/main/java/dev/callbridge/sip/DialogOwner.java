package dev.callbridge.sip;

import dev.callbridge.call.CallEnd;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import javax.sip.Dialog;
import javax.sip.InvalidArgumentException;
import javax.sip.ServerTransaction;
import javax.sip.SipException;

/// Who hears what comes inside a dialog; hangs at it. Called on the stack's threads: must not block.
interface DialogOwner {

    /// BYE; its 200 is on its way.
    ///
    /// @param remoteTag tells the dialogs of a forked INVITE apart
    void bye(String remoteTag, CallEnd end);

    /// ACK of a 2xx of ours.
    void acknowledged(SIPRequest ack);

    /// Nobody acknowledged a 2xx of ours for 64·T1.
    void neverAcknowledged(Dialog dialog);

    /// A 2xx to an INVITE of ours, whose transaction is gone.
    void answeredAgain(SIPResponse response, Dialog dialog);

    /// Any other request inside the dialog.
    void asked(SIPRequest request, ServerTransaction transaction) throws SipException, InvalidArgumentException;
}
