package dev.callbridge.sip;

import dev.callbridge.bridge.Ids;
import dev.callbridge.call.Sdp;
import dev.callbridge.dialplan.Anonymous;
import dev.callbridge.dialplan.Extension;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.PhoneNumber;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;
import javax.sip.header.ContentTypeHeader;
import javax.sip.header.Header;
import javax.sip.message.Request;
import org.jspecify.annotations.Nullable;

/// An INVITE of ours before it is sent. The one that answers a challenge is [#again]: same Call-ID, same From tag, next
/// CSeq number (RFC 3261 §22.2).
///
/// @param caller what the telephone sees; null: nothing is known
/// @param credentials Authorization headers
record OutgoingInvite(
        Way way,
        Outlet outlet,
        @Nullable Account account,
        @Nullable PhoneNumber caller,
        String requestUri,
        Sdp offer,
        String callId,
        String localTag,
        String branch,
        long cseq,
        List<Header> credentials) {

    static OutgoingInvite first(
            Way way, Outlet outlet, Optional<PhoneNumber> caller, Party callee, Sdp offer, String callId) {
        Account account = way.trunk().account(caller).orElse(null);
        Optional<PhoneNumber> shown = caller.or(() -> account == null ? Optional.empty() : account.number())
                .or(way.trunk()::callerNumber);
        return new OutgoingInvite(
                way,
                outlet,
                account,
                shown.orElse(null),
                requestUri(callee, way.trunk().peer()),
                offer,
                callId,
                Ids.random(10),
                newBranch(),
                1,
                List.of());
    }

    private static String requestUri(Party callee, Peer peer) {
        String user = switch (callee) {
            case PhoneNumber(var e164) -> e164;
            case Extension(var _, var extension) -> SipText.user(extension);
            case MatrixUser _, Anonymous _ -> throw new IllegalArgumentException("no telephone: " + callee);
        };
        return "sip:" + user + "@" + peer.inUri();
    }

    private static String newBranch() {
        return "z9hG4bK" + Ids.random(16);
    }

    OutgoingInvite again() {
        return new OutgoingInvite(
                way, outlet, account, caller, requestUri, offer, callId, localTag, newBranch(), cseq + 1, List.of());
    }

    OutgoingInvite with(List<Header> answer) {
        return new OutgoingInvite(
                way, outlet, account, caller, requestUri, offer, callId, localTag, branch, cseq, answer);
    }

    DialIntent intent() {
        Target target = way.target();
        return new DialIntent(
                1,
                way.trunk().name(),
                target.transport().token(),
                target.address().getHostAddress() + ":" + target.port(),
                requestUri,
                callId,
                localTag,
                branch,
                cseq);
    }

    Optional<Credentials> login() {
        return Optional.ofNullable(account).map(Account::credentials);
    }

    Request request() {
        Trunk trunk = way.trunk();
        Transport transport = way.target().transport();
        String user = caller == null ? account == null ? "callbridge" : account.user() : caller.e164();
        String domain = trunk.registers() ? trunk.peer().inUri() : outlet.host();
        String from = "<sip:" + SipText.user(user) + "@" + domain + ">";
        String contact = account == null || !trunk.registers() ? user : account.token();
        var text = new StringBuilder();
        text.append("INVITE ").append(requestUri).append(" SIP/2.0\r\n");
        text.append(outlet.via(transport, branch));
        routes().forEach(route -> text.append("Route: ").append(route).append("\r\n"));
        text.append("Max-Forwards: 70\r\n");
        text.append("From: ").append(from).append(";tag=").append(localTag).append("\r\n");
        text.append("To: <").append(requestUri).append(">\r\n");
        text.append("Call-ID: ").append(callId).append("\r\n");
        text.append("CSeq: ").append(cseq).append(" INVITE\r\n");
        text.append("Contact: ").append(outlet.contact(contact, transport)).append("\r\n");
        if (caller != null) {
            text.append("P-Asserted-Identity: ").append(from).append("\r\n");
        }
        text.append("Allow: ").append(Jain.ALLOW).append("\r\n");
        text.append("Accept: application/sdp\r\n");
        text.append("User-Agent: ").append(Jain.USER_AGENT).append("\r\n\r\n");
        try {
            Request request = Jain.MESSAGES.createRequest(text.toString());
            credentials.forEach(request::addHeader);
            request.setContent(offer.text().getBytes(StandardCharsets.UTF_8), (ContentTypeHeader)
                    Jain.header("Content-Type", "application/sdp"));
            PinnedRouter.pin(request, way.target().hop());
            return request;
        } catch (ParseException e) {
            throw new IllegalStateException("our own INVITE can't be read", e);
        }
    }

    /// What the registrar wants to be taken along (RFC 3608), or else the outbound proxy (RFC 3261 §8.1.2).
    private List<String> routes() {
        if (account != null
                && account.standing() instanceof Account.Standing.Registered(var routes)
                && !routes.isEmpty()) {
            return routes;
        }
        return way.trunk().proxyRoute().stream().toList();
    }

    /// Without numbers and descriptions.
    @Override
    public String toString() {
        return "OutgoingInvite[" + way + ", " + cseq + "]";
    }
}
