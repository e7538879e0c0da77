package dev.callbridge.sip;

import gov.nist.javax.sip.message.SIPResponse;
import javax.sip.Dialog;
import org.jspecify.annotations.Nullable;

/// Who waits for the responses to a request of ours; hangs at its transaction. Called on the stack's threads: must not
/// block.
interface ClientExchange {

    /// @param dialog that the response belongs to
    void responded(SIPResponse response, @Nullable Dialog dialog);

    /// No final response within 64·T1.
    void timedOut();
}
