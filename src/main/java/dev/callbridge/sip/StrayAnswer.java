package dev.callbridge.sip;

import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.SIPResponse;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.ListIterator;
import java.util.regex.Pattern;
import javax.sip.SipException;
import javax.sip.SipProvider;
import javax.sip.address.URI;
import javax.sip.header.ContactHeader;
import javax.sip.header.RecordRouteHeader;
import javax.sip.header.ViaHeader;
import javax.sip.message.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Somebody answered an INVITE that nobody remembers: of a call given up long ago, or of another life of this process.
/// Unanswered he would hear silence, so he is acknowledged and hung up.
final class StrayAnswer {

    private static final Logger log = LoggerFactory.getLogger(StrayAnswer.class);

    /// More than a trunk forgets, and too few to hammer somebody with.
    private static final int RATE = 5;

    private static final int BURST = 20;
    private static final Pattern OUR_BRANCH = Pattern.compile("z9hG4bK[a-z0-9]{16}");

    private final SipStackHost host;
    private final Admission admission;
    private final TokenBucket bucket = new TokenBucket(RATE, BURST, System.nanoTime());

    StrayAnswer(SipStackHost host, Admission admission) {
        this.host = host;
        this.admission = admission;
    }

    /// Whether it answers an INVITE that we may have sent. Whoever invents one could have us send requests to anybody.
    boolean believes(SIPResponse response, @Nullable String source) {
        Via via = response.getTopmostVia();
        return source != null
                && via != null
                && via.getBranch() != null
                && OUR_BRANCH.matcher(via.getBranch()).matches()
                && host.isOurs(via.getHost(), via.getPort())
                && admission.admitsResponse(InetAddress.ofLiteral(source))
                && bucket.take(System.nanoTime());
    }

    static void hangUp(SipProvider provider, SIPResponse response) {
        var contact = (ContactHeader) response.getHeader("Contact");
        if (contact == null || response.getTopmostVia() == null) {
            return;
        }
        Thread.startVirtualThread(() -> {
            try {
                long cseq = response.getCSeq().getSeqNumber();
                URI target = contact.getAddress().getURI();
                provider.sendRequest(request(Request.ACK, cseq, target, response));
                Request bye = request(Request.BYE, cseq + 1, target, response);
                provider.getNewClientTransaction(bye).sendRequest();
                log.debug("hung up an answer that nobody waited for");
            } catch (Exception e) {
                log.debug("a stray answer stays: {}", e.getMessage());
            }
        });
    }

    private static Request request(String method, long cseq, URI target, SIPResponse response) throws Exception {
        var theirs = response.getTopmostVia();
        ViaHeader via = Jain.HEADERS.createViaHeader(theirs.getHost(), theirs.getPort(), theirs.getTransport(), null);
        Request request = Jain.MESSAGES.createRequest(
                target,
                method,
                response.getCallId(),
                Jain.HEADERS.createCSeqHeader(cseq, method),
                response.getFrom(),
                response.getTo(),
                List.of(via),
                Jain.HEADERS.createMaxForwardsHeader(70));
        if (method.equals(Request.ACK)) {
            via.setBranch("z9hG4bK" + dev.callbridge.bridge.Ids.random(16));
        }
        for (RecordRouteHeader recorded : routes(response)) {
            request.addLast(Jain.HEADERS.createRouteHeader(recorded.getAddress()));
        }
        PinnedRouter.pin(request, hop(request, theirs.getTransport()));
        return request;
    }

    private static javax.sip.address.Hop hop(Request request, String transport) throws SipException {
        return PinnedRouter.hopOf(request, Transport.of(transport));
    }

    private static List<RecordRouteHeader> routes(SIPResponse response) {
        List<RecordRouteHeader> recorded = new ArrayList<>();
        ListIterator<?> headers = response.getHeaders("Record-Route");
        while (headers.hasNext()) {
            recorded.add((RecordRouteHeader) headers.next());
        }
        Collections.reverse(recorded);
        return recorded;
    }
}
