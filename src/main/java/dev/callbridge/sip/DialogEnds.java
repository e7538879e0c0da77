package dev.callbridge.sip;

import dev.callbridge.bridge.Ladder;
import dev.callbridge.call.LegId;
import dev.callbridge.call.Sdp;
import gov.nist.javax.sip.message.SIPRequest;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import javax.sip.Dialog;
import javax.sip.InvalidArgumentException;
import javax.sip.SipException;
import javax.sip.address.Hop;
import javax.sip.header.ContentTypeHeader;
import javax.sip.message.Message;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.jspecify.annotations.Nullable;

/// The two ends of a dialog and the way between them: what every message inside it is made of.
///
/// @param source where the peer's messages come from, as far as that is known
/// @param contact where the peer reaches us, as it stands in a Contact header
/// @param ownsCallId whether the Call-ID is ours (RFC 3261 §14.1)
/// @param digest answers challenges, as the account whose call it is
record DialogEnds(
        LegId leg,
        Dialog dialog,
        Outlet outlet,
        Trunk trunk,
        Transport transport,
        @Nullable InetSocketAddress source,
        String contact,
        boolean ownsCallId,
        DigestClient digest) {

    String remoteTag() {
        return dialog.getRemoteTag() == null ? "" : dialog.getRemoteTag();
    }

    /// The next request inside the dialog.
    Request request(String method) throws SipException {
        Request request = dialog.createRequest(method);
        dress(request);
        if (SIPRequest.isTargetRefresh(method)) {
            request.setHeader(Jain.header("Contact", contact));
            Jain.allow(request);
            Jain.supported(request);
        }
        return request;
    }

    void send(Request request, ClientExchange exchange) throws SipException {
        var transaction = outlet.provider().getNewClientTransaction(request);
        transaction.setApplicationData(exchange);
        dialog.sendRequest(transaction);
        Ladder.sent(Ladder.Side.SIP, leg, request.getMethod());
    }

    /// What the stack can't know: how we are reached, and which transport the dialog uses.
    void dress(Request request) throws SipException {
        var via = ((SIPRequest) request).getTopmostVia();
        try {
            via.setHost(outlet.host());
            via.setPort(outlet.port());
            via.setRPort();
        } catch (ParseException | InvalidArgumentException e) {
            throw new SipException("no Via", e);
        }
        request.setHeader(Jain.header("User-Agent", Jain.USER_AGENT));
        PinnedRouter.pin(request, hop(request));
    }

    /// Where a request inside the dialog goes.
    Hop hop(Request request) throws SipException {
        Hop named = PinnedRouter.hopOf(request, transport);
        return source == null ? named : PinnedRouter.reachable(named, source);
    }

    /// A response to a request inside the dialog that may move its target.
    Response response(int status, SIPRequest request) {
        Response response = Jain.response(status, request);
        if (status < 300) {
            response.setHeader(Jain.header("Contact", contact));
            Jain.allow(response);
            Jain.supported(response);
        }
        return response;
    }

    static void describe(Message message, Sdp description) {
        body(message, "application/sdp", description.text());
    }

    static void body(Message message, String type, String text) {
        try {
            message.setContent(
                    text.getBytes(StandardCharsets.UTF_8), (ContentTypeHeader) Jain.header("Content-Type", type));
        } catch (ParseException e) {
            throw new IllegalStateException(e);
        }
    }
}
