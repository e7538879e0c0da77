package dev.callbridge.sip;

import gov.nist.javax.sip.message.SIPResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sip.SipException;
import javax.sip.header.RSeqHeader;
import javax.sip.message.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Acknowledges the reliable provisional responses to an INVITE of ours, each once and in order (RFC 3262 §4).
/// Runs on
/// the stack's threads.
final class ReliableResponses {

    private static final Logger log = LoggerFactory.getLogger(ReliableResponses.class);

    private final Map<String, Long> last = new ConcurrentHashMap<>();

    /// @param tag of the early dialog; each counts by itself
    /// @return false if it came before, or if one before it is missing: then it comes again
    boolean acknowledge(SIPResponse response, String tag, DialogEnds ends) {
        if (!(response.getHeader("RSeq") instanceof RSeqHeader header)) {
            return true;
        }
        long number = header.getSequenceNumber();
        Long before = last.get(tag);
        if (before != null && number != before + 1) {
            return false;
        }
        last.put(tag, number);
        try {
            InDialogExchange.send(ends, () -> prack(response, ends), () -> {});
        } catch (SipException e) {
            // It comes again, or the answer was quicker.
            log.debug("no PRACK: {}", e.getMessage());
        }
        return true;
    }

    private static Request prack(SIPResponse response, DialogEnds ends) throws SipException {
        Request prack = ends.dialog().createPrack(response);
        ends.dress(prack);
        return prack;
    }
}
