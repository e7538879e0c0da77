package dev.callbridge.sip;

import dev.callbridge.sip.register.RegistrationArrival;
import gov.nist.javax.sip.header.ims.ServiceRouteHeader;
import gov.nist.javax.sip.message.SIPResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ListIterator;
import java.util.Optional;
import javax.sip.address.SipURI;
import javax.sip.header.ContactHeader;
import javax.sip.header.ExpiresHeader;
import javax.sip.header.MinExpiresHeader;

/// What a registrar's final response says.
final class RegisterResponse {

    private RegisterResponse() {}

    /// @param asked for how long
    /// @param elsewhere whether another server may do better
    static RegistrationArrival read(SIPResponse response, Account account, Duration asked, boolean elsewhere) {
        int status = response.getStatusCode();
        return switch (status) {
            case 401, 407 ->
                new RegistrationArrival.Challenged(status, Challenges.of(response, Optional.of(account.credentials())));
            case 423 -> new RegistrationArrival.TooBrief(minimum(response));
            case 439 -> new RegistrationArrival.OutboundUnknown();
            case 408, 430, 480, 491 ->
                new RegistrationArrival.Failed(status, SessionHeaders.retryAfter(response), elsewhere);
            default ->
                switch (status / 100) {
                    case 2 -> new RegistrationArrival.Granted(granted(response, account, asked));
                    case 5 -> new RegistrationArrival.Failed(status, SessionHeaders.retryAfter(response), elsewhere);
                    default -> new RegistrationArrival.Refused(status);
                };
        };
    }

    private static Duration minimum(SIPResponse response) {
        return response.getHeader("Min-Expires") instanceof MinExpiresHeader minimum
                ? Duration.ofSeconds(minimum.getExpires())
                : Duration.ZERO;
    }

    /// What stands at our contact, or else in Expires, or else what was asked for (RFC 3261 §10.2.4).
    private static Duration granted(SIPResponse response, Account account, Duration asked) {
        ListIterator<?> contacts = response.getHeaders("Contact");
        int longest = -1;
        while (contacts.hasNext()) {
            if (contacts.next() instanceof ContactHeader contact
                    && contact.getAddress().getURI() instanceof SipURI uri
                    && account.token().equals(uri.getUser())) {
                longest = Math.max(longest, contact.getExpires());
            }
        }
        if (longest >= 0) {
            return Duration.ofSeconds(longest);
        }
        return response.getHeader("Expires") instanceof ExpiresHeader expires && expires.getExpires() >= 0
                ? Duration.ofSeconds(expires.getExpires())
                : asked;
    }

    /// The server that the first Service-Route names; empty: there is none, or it does not speak as the registrar does,
    /// which asks for no less secrecy than we have.
    static Optional<Peer> nextServer(SIPResponse response, Transport transport) {
        if (!(response.getHeader("Service-Route") instanceof ServiceRouteHeader route)
                || !(route.getAddress().getURI() instanceof SipURI uri)) {
            return Optional.empty();
        }
        String named = uri.getTransportParam();
        Transport theirs = uri.isSecure() ? Transport.TLS : named == null ? transport : Transport.of(named);
        String host = uri.getHost().replace("[", "").replace("]", "");
        boolean exact = uri.getPort() > 0 || AddressRange.isLiteral(host);
        int port = uri.getPort() > 0 ? uri.getPort() : theirs.defaultPort();
        return theirs == transport ? Optional.of(new Peer(new HostPort(host, port), theirs, exact)) : Optional.empty();
    }

    /// Route headers for later requests (RFC 3608 §6.1).
    static List<String> serviceRoute(SIPResponse response) {
        List<String> routes = new ArrayList<>();
        ListIterator<?> headers = response.getHeaders("Service-Route");
        while (headers.hasNext()) {
            if (headers.next() instanceof ServiceRouteHeader route) {
                routes.add(route.getAddress().toString());
            }
        }
        return routes;
    }
}
