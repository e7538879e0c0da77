package dev.callbridge.sip;

import dev.callbridge.call.CallEnd;
import dev.callbridge.sip.leg.SipCauses;
import java.util.ListIterator;
import javax.sip.header.ReasonHeader;
import javax.sip.message.Message;

/// Reads Reason headers (RFC 3326 §2): several may come, one per protocol.
final class Reasons {

    private Reasons() {}

    /// The cause of `Reason: Q.850`; 0 if there is none.
    static int q850(Message message) {
        return cause(message, "Q.850");
    }

    static boolean answeredElsewhere(Message message) {
        return cause(message, "SIP") == 200;
    }

    static CallEnd ofBye(Message bye) {
        return SipCauses.ofBye(q850(bye), answeredElsewhere(bye));
    }

    private static int cause(Message message, String protocol) {
        ListIterator<?> headers = message.getHeaders("Reason");
        while (headers.hasNext()) {
            if (headers.next() instanceof ReasonHeader reason && protocol.equalsIgnoreCase(reason.getProtocol())) {
                return Math.max(0, reason.getCause());
            }
        }
        return 0;
    }
}
