package dev.callbridge.sip;

import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.MessageChannel;
import gov.nist.javax.sip.stack.SIPMessageValve;
import java.io.IOException;
import java.util.Set;
import javax.sip.SipException;
import javax.sip.SipStack;
import javax.sip.message.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at every message before any transaction is made: whether its source is heard, and what can be
/// answered without
/// remembering anything.
public final class SourceValve implements SIPMessageValve {

    private static final Logger log = LoggerFactory.getLogger(SourceValve.class);
    private static final Set<String> SERVED = Set.of("INVITE", "ACK", "CANCEL", "BYE", "INFO", "UPDATE", "PRACK");
    /// Methods that exist, and that we don't serve (RFC 3261 §21.4.6); of all others we know nothing (§21.5.2).
    private static final Set<String> KNOWN = Set.of("REGISTER", "SUBSCRIBE", "NOTIFY", "PUBLISH", "MESSAGE", "REFER");

    private @Nullable Admission admission;

    @Override
    public void init(SipStack sipStack) {
        admission = StackParts.of(sipStack).admission();
    }

    @Override
    public boolean processRequest(SIPRequest request, MessageChannel channel) {
        try {
            return passes(request, channel);
        } catch (SipException | IOException e) {
            log.debug("an answer got lost: {}", e.getMessage());
            return false;
        } catch (Throwable bug) {
            // Whatever leaves here ends the thread that reads all datagrams.
            log.error("a request was dropped", bug);
            return false;
        }
    }

    private boolean passes(SIPRequest request, MessageChannel channel) throws SipException, IOException {
        var source = channel.getPeerPacketSourceAddress();
        if (admission == null || !admission.admitsRequest(source, channel.getPeerPacketSourcePort())) {
            return false;
        }
        if (sendsElsewhere(request.getTopmostVia())) {
            return false;
        }
        boolean stream = !channel.getTransport().equalsIgnoreCase("udp");
        if (stream && !admission.withinRate(source)) {
            return false;
        }
        String method = request.getMethod();
        if (method.equals("ACK")) {
            return true;
        }
        if (request.getMaxForwards() != null && request.getMaxForwards().getMaxForwards() <= 0) {
            answer(Jain.response(483, request), channel, stream);
            return false;
        }
        // In a dialog OPTIONS asks whether we know it (RFC 3261 §11.2).
        if (SERVED.contains(method) || (method.equals("OPTIONS") && request.getToTag() != null)) {
            return true;
        }
        int status = method.equals("OPTIONS") ? 200 : KNOWN.contains(method) ? 405 : 501;
        Response response = Jain.response(status, request);
        Jain.allow(response);
        Jain.supported(response);
        response.setHeader(Jain.header("Accept", "application/sdp"));
        answer(response, channel, stream);
        return false;
    }

    /// Nobody may have our responses sent to a third party (RFC 3261 §18.2.2: `maddr` is where they would go).
    private static boolean sendsElsewhere(@Nullable Via via) {
        return via == null || via.hasParameter("maddr");
    }

    /// The answer takes the way that the request came: its connection, or the provider of its socket, which
    /// knows about
    /// `rport`.
    private void answer(Response response, MessageChannel channel, boolean stream) throws SipException, IOException {
        Inbound.tag(response);
        if (stream) {
            channel.sendMessage((SIPResponse) response);
            return;
        }
        var point = channel.getMessageProcessor().getListeningPoint();
        if (point != null && point.getProvider() != null) {
            point.getProvider().sendResponse(response);
        }
    }

    @Override
    public boolean processResponse(Response response, MessageChannel channel) {
        return true;
    }

    @Override
    public void destroy() {}
}
