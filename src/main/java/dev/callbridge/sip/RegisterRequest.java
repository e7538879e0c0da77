package dev.callbridge.sip;

import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import javax.sip.header.Header;
import javax.sip.message.Request;

/// A REGISTER (RFC 3261 §10.2).
///
/// @param contact the URI that is registered
/// @param stale the one that was registered before our address changed; empty: none. It is taken away
/// @param expires zero takes the contact away
/// @param outbound whether RFC 5626 is offered
record RegisterRequest(
        Trunk trunk,
        Account account,
        Target target,
        Outlet outlet,
        String contact,
        String stale,
        Duration expires,
        boolean outbound,
        String callId,
        String localTag,
        String branch,
        long cseq) {

    String uri() {
        return "sip:" + trunk.peer().inUri();
    }

    Request request(List<Header> credentials) {
        String us = "<sip:" + SipText.user(account.user()) + "@" + trunk.peer().inUri() + ">";
        var text = new StringBuilder("REGISTER ").append(uri()).append(" SIP/2.0\r\n");
        text.append(outlet.via(target.transport(), branch));
        text.append("Max-Forwards: 70\r\n");
        trunk.proxyRoute()
                .ifPresent(route -> text.append("Route: ").append(route).append("\r\n"));
        text.append("From: ").append(us).append(";tag=").append(localTag).append("\r\n");
        text.append("To: ").append(us).append("\r\n");
        text.append("Call-ID: ").append(callId).append("\r\n");
        text.append("CSeq: ").append(cseq).append(" REGISTER\r\n");
        text.append("Contact: <").append(contact).append(">;+sip.instance=\"<").append(account.instance());
        text.append(outbound ? ">\";reg-id=1" : ">\"").append(";expires=");
        text.append(expires.toSeconds()).append("\r\n");
        if (!stale.isEmpty()) {
            text.append("Contact: <").append(stale).append(">;expires=0\r\n");
        }
        text.append("Expires: ").append(expires.toSeconds()).append("\r\n");
        text.append("Supported: path").append(outbound ? ", outbound" : "").append("\r\n");
        text.append("Allow: ").append(Jain.ALLOW).append("\r\n");
        text.append("User-Agent: ").append(Jain.USER_AGENT).append("\r\n\r\n");
        try {
            Request request = Jain.MESSAGES.createRequest(text.toString());
            credentials.forEach(request::addHeader);
            PinnedRouter.pin(request, target.hop());
            return request;
        } catch (ParseException e) {
            throw new IllegalStateException("our own REGISTER can't be read", e);
        }
    }

    /// Without names.
    @Override
    public String toString() {
        return "RegisterRequest[" + trunk + ", " + cseq + "]";
    }
}
