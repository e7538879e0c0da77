package dev.callbridge.sip;

import dev.callbridge.call.LegId;
import gov.nist.javax.sip.message.SIPRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.text.ParseException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sip.Dialog;
import javax.sip.ServerTransaction;
import javax.sip.header.ToHeader;
import javax.sip.message.Response;
import org.jspecify.annotations.Nullable;

/// An INVITE from a trunk, with what the stack keeps for it.
///
/// @param localTag our tag, the same in every response but 100
/// @param patience how long the caller waits for an answer
/// @param channel of the trunk; given back when the call is over
/// @param acknowledged whether an ACK of our 200 has come
record IncomingInvite(
        SIPRequest request,
        ServerTransaction transaction,
        Dialog dialog,
        Trunk trunk,
        Transport transport,
        Outlet outlet,
        String localTag,
        Duration patience,
        Channel channel,
        AtomicBoolean acknowledged) {

    String callId() {
        return request.getCallId().getCallId();
    }

    /// Where it came from.
    @Nullable InetAddress source() {
        return request.getPeerPacketSourceAddress();
    }

    String remoteTag() {
        String tag = request.getFromTag();
        return tag == null ? "" : tag;
    }

    Response response(int status) {
        Response response = Jain.response(status, request);
        dress(response);
        return response;
    }

    /// What each response of ours but 100 has.
    void dress(Response response) {
        try {
            ((ToHeader) response.getHeader("To")).setTag(localTag);
        } catch (ParseException e) {
            throw new IllegalStateException(e);
        }
        if (response.getStatusCode() < 300) {
            response.setHeader(Jain.header("Contact", contact()));
        }
    }

    private String contact() {
        return InviteRules.wantsSecureContact(request)
                ? outlet.secureContact("callbridge")
                : outlet.contact("callbridge", transport);
    }

    DialogEnds ends(LegId leg) {
        var digest = new DigestClient(
                Callers.account(request, trunk).map(Account::credentials).orElse(null));
        InetAddress host = source();
        var source = host == null ? null : new InetSocketAddress(host, request.getPeerPacketSourcePort());
        return new DialogEnds(leg, dialog, outlet, trunk, transport, source, contact(), false, digest);
    }

    /// Without numbers and descriptions.
    @Override
    public String toString() {
        return "IncomingInvite[" + trunk + "]";
    }
}
