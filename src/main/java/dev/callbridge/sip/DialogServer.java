package dev.callbridge.sip;

import dev.callbridge.bridge.Inbox;
import dev.callbridge.bridge.Ladder;
import dev.callbridge.call.Sdp;
import dev.callbridge.dialplan.Party;
import dev.callbridge.sip.leg.DialogArrival;
import dev.callbridge.sip.leg.Method;
import dev.callbridge.sip.leg.SessionInterval;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import javax.sip.InvalidArgumentException;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.message.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the peer asks inside a dialog: re-INVITE and UPDATE wait for what the leg says, everything else is
/// answered
/// here and now.
///
/// ## Threads
/// Requests come on the stack's threads; what the leg says comes by the loop of the call.
final class DialogServer {

    private static final Logger log = LoggerFactory.getLogger(DialogServer.class);
    /// RFC 3261 §14.2.
    private static final int LONGEST_RETRY_SECONDS = 10;

    private record Open(SIPRequest request, ServerTransaction transaction) {}

    private final DialogEnds ends;
    private final Inbox<DialogArrival> arrivals;
    private final Map<Long, Open> open = new ConcurrentHashMap<>();
    /// Of the stack's threads, which deal with one request of a dialog after the other.
    private volatile @Nullable Party connected;

    /// @param arrivals false if nobody takes them any more
    DialogServer(DialogEnds ends, Inbox<DialogArrival> arrivals) {
        this.ends = ends;
        this.arrivals = arrivals;
    }

    void request(SIPRequest request, ServerTransaction transaction) throws SipException, InvalidArgumentException {
        Ladder.arrived(Ladder.Side.SIP, ends.leg(), request.getMethod());
        switch (request.getMethod()) {
            case "INVITE" -> change(Method.INVITE, new Open(request, transaction));
            case "UPDATE" -> change(Method.UPDATE, new Open(request, transaction));
            case "INFO" -> info(new Open(request, transaction));
            case "OPTIONS" -> {
                Response able = ends.response(200, request);
                able.setHeader(Jain.header("Accept", "application/sdp"));
                respond(new Open(request, transaction), able);
            }
            default -> respond(new Open(request, transaction), ends.response(200, request));
        }
    }

    private void change(Method method, Open asked) throws SipException, InvalidArgumentException {
        SIPRequest request = asked.request();
        int flaw = InviteRules.flawInDialog(request);
        if (flaw != 0) {
            respond(asked, refusal(flaw, request));
            return;
        }
        identify(request);
        long number = request.getCSeq().getSeqNumber();
        open.put(number, asked);
        var change = new DialogArrival.Change(
                ends.remoteTag(), method, number, UacAttempt.body(request), SessionHeaders.terms(request));
        if (!arrivals.deliver(change)) {
            refuse(number, 481);
        }
    }

    private void identify(SIPRequest request) {
        Party party = Callers.connected(request, ends.trunk()).orElse(null);
        if (party != null && !party.equals(connected)) {
            connected = party;
            arrivals.deliver(new DialogArrival.Identified(ends.remoteTag(), party));
        }
    }

    private void info(Open asked) throws SipException, InvalidArgumentException {
        SIPRequest request = asked.request();
        byte[] body = request.getRawContent();
        if (body == null || body.length == 0) {
            respond(asked, ends.response(200, request));
            return;
        }
        String type = InviteRules.contentType(request);
        if (!Keypress.isType(type)) {
            Response refusal = ends.response(415, request);
            refusal.setHeader(Jain.header("Accept", Keypress.RELAY));
            refusal.addHeader(Jain.header("Accept", Keypress.PLAIN));
            respond(asked, refusal);
            return;
        }
        Optional<Keypress> key = Keypress.read(type, body);
        respond(asked, ends.response(key.isPresent() ? 200 : 400, request));
        key.ifPresent(
                each -> arrivals.deliver(new DialogArrival.Pressed(ends.remoteTag(), each.digit(), each.length())));
    }

    /// @param body our answer or offer; null: none
    void accept(long number, @Nullable Sdp body, @Nullable SessionInterval interval) {
        Open asked = open.remove(number);
        if (asked == null) {
            return;
        }
        Response response = ends.response(200, asked.request());
        SessionHeaders.write(response, interval);
        if (body != null) {
            DialogEnds.describe(response, body);
        }
        sendGuarded(asked, response);
    }

    void refuse(long number, int status) {
        Open asked = open.remove(number);
        if (asked != null) {
            sendGuarded(asked, refusal(status, asked.request()));
        }
    }

    private Response refusal(int status, SIPRequest request) {
        Response response = ends.response(status, request);
        switch (status) {
            case 415 -> response.setHeader(Jain.header("Accept", "application/sdp"));
            case 420 ->
                InviteRules.unsupported(request).forEach(each -> response.addHeader(Jain.header("Unsupported", each)));
            case 422 -> SessionHeaders.atLeast(response, SessionInterval.LEAST);
            case 488 -> response.setHeader(Jain.header("Warning", InviteRules.warning(request)));
            case 500 -> {
                int wait = ThreadLocalRandom.current().nextInt(LONGEST_RETRY_SECONDS + 1);
                response.setHeader(Jain.header("Retry-After", Integer.toString(wait)));
            }
            default -> {}
        }
        return response;
    }

    private void sendGuarded(Open asked, Response response) {
        try {
            respond(asked, response);
        } catch (SipException | InvalidArgumentException e) {
            // The transaction or its connection is gone, and who asked hears nothing more from us.
            log.debug("no {} on {}: {}", response.getStatusCode(), ends.trunk(), e.getMessage());
        }
    }

    private void respond(Open asked, Response response) throws SipException, InvalidArgumentException {
        asked.transaction().sendResponse(response);
        Ladder.sent(
                Ladder.Side.SIP,
                ends.leg(),
                response.getStatusCode() + " (" + asked.request().getMethod() + ")");
    }
}
