package dev.callbridge.sip;

import dev.callbridge.bridge.Ids;
import dev.callbridge.call.Sdp;
import dev.callbridge.dialplan.Anonymous;
import dev.callbridge.dialplan.Extension;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.sip.leg.EarlyMedia;
import dev.callbridge.sip.leg.SessionInterval;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.sip.header.ContentTypeHeader;
import javax.sip.header.Header;
import javax.sip.message.Request;
import org.jspecify.annotations.Nullable;

/// An INVITE of ours before it is sent. The one that answers a challenge is [#again]: same Call-ID, same From tag, next
/// CSeq number (RFC 3261 §22.2).
///
/// @param caller what the telephone may see; null: nothing is known
/// @param withheld whether it must not see it after all
/// @param interval of the session; null: nothing is said
/// @param credentials Authorization headers
record OutgoingInvite(
        Way way,
        Outlet outlet,
        @Nullable Account account,
        @Nullable PhoneNumber caller,
        boolean withheld,
        String requestUri,
        Sdp offer,
        String callId,
        String localTag,
        String branch,
        long cseq,
        @Nullable SessionInterval interval,
        List<Header> credentials) {

    /// @param number the caller's own; empty: that of the account, or of the trunk
    static OutgoingInvite first(
            Way server,
            Function<Target, Outlet> outlets,
            Optional<PhoneNumber> number,
            boolean withheld,
            Party callee,
            Sdp offer) {
        Account account = server.trunk().account(number).orElse(null);
        // A registrar may want our requests elsewhere (RFC 3608 §6.1).
        Way way = account == null ? server : server.to(account.next().orElse(server.target()));
        return new OutgoingInvite(
                way,
                outlets.apply(way.target()),
                account,
                way.trunk().shownFor(number).orElse(null),
                withheld,
                requestUri(callee, way.trunk()),
                offer,
                Ids.random(24),
                Ids.random(10),
                newBranch(),
                1,
                way.trunk().sessionExpires().isPositive()
                        ? new SessionInterval(way.trunk().sessionExpires(), null)
                        : null,
                List.of());
    }

    private static Optional<PhoneNumber> ownNumber(Way way, @Nullable Account account) {
        return Optional.ofNullable(account).flatMap(Account::number).or(way.trunk()::callerNumber);
    }

    private static String requestUri(Party callee, Trunk trunk) {
        String user = switch (callee) {
            case PhoneNumber number -> trunk.callerId().called(number);
            case Extension(var _, var extension) -> SipText.user(extension);
            case MatrixUser _, Anonymous _ -> throw new IllegalArgumentException("no telephone: " + callee);
        };
        return "sip:" + user + "@" + trunk.peer().inUri();
    }

    private static String newBranch() {
        return "z9hG4bK" + Ids.random(16);
    }

    /// @param atLeast how long the session has to live without a refresh; zero: as before
    OutgoingInvite again(Duration atLeast) {
        return with(
                newBranch(),
                cseq + 1,
                atLeast.isZero() ? interval : new SessionInterval(atLeast, null, atLeast),
                List.of());
    }

    OutgoingInvite with(List<Header> answer) {
        return with(branch, cseq, interval, answer);
    }

    private OutgoingInvite with(String newBranch, long number, @Nullable SessionInterval lasting, List<Header> answer) {
        return new OutgoingInvite(
                way,
                outlet,
                account,
                caller,
                withheld,
                requestUri,
                offer,
                callId,
                localTag,
                newBranch,
                number,
                lasting,
                answer);
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
        var caller = new CallerId.Caller(
                this.caller, ownNumber(way, account).orElse(null), account, withheld, trunk.domain(outlet));
        String from = trunk.callerId().from(caller);
        var text = new StringBuilder();
        text.append("INVITE ").append(requestUri).append(" SIP/2.0\r\n");
        text.append(outlet.via(transport, branch));
        routes().forEach(route -> text.append("Route: ").append(route).append("\r\n"));
        text.append("Max-Forwards: 70\r\n");
        text.append("From: ").append(from).append(";tag=").append(localTag).append("\r\n");
        text.append("To: <").append(requestUri).append(">\r\n");
        text.append("Call-ID: ").append(callId).append("\r\n");
        text.append("CSeq: ").append(cseq).append(" INVITE\r\n");
        text.append("Contact: ").append(outlet.contact(contact(), transport)).append("\r\n");
        trunk.callerId().headers(caller).forEach(line -> text.append(line).append("\r\n"));
        text.append("Allow: ").append(Jain.ALLOW).append("\r\n");
        text.append("Supported: ").append(Jain.SUPPORTED).append("\r\n");
        if (trunk.earlyMedia() != EarlyMedia.ON_ANSWER) {
            text.append("P-Early-Media: supported\r\n");
        }
        text.append("Accept: application/sdp\r\n");
        text.append("User-Agent: ").append(Jain.USER_AGENT).append("\r\n\r\n");
        try {
            Request request = Jain.MESSAGES.createRequest(text.toString());
            credentials.forEach(request::addHeader);
            SessionHeaders.write(request, interval);
            request.setContent(offer.text().getBytes(StandardCharsets.UTF_8), (ContentTypeHeader)
                    Jain.header("Content-Type", "application/sdp"));
            PinnedRouter.pin(request, way.target().hop());
            return request;
        } catch (ParseException e) {
            throw new IllegalStateException("our own INVITE can't be read", e);
        }
    }

    /// The user part of our contact, which says nothing about who calls.
    private String contact() {
        return account == null ? "callbridge" : account.token();
    }

    /// The outbound proxy (RFC 3261 §8.1.2), then what the registrar wants to be taken along (RFC 3608 §6.1).
    private List<String> routes() {
        List<String> told =
                account != null && account.standing() instanceof Account.Standing.Registered(var routes, var _)
                        ? routes
                        : List.of();
        boolean twice = way.trunk().proxyRoute().filter(told::contains).isPresent();
        return twice
                ? told
                : Stream.concat(way.trunk().proxyRoute().stream(), told.stream())
                        .toList();
    }

    /// Without numbers and descriptions.
    @Override
    public String toString() {
        return "OutgoingInvite[" + way + ", " + cseq + "]";
    }
}
