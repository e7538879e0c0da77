package dev.callbridge.sip;

import dev.callbridge.dialplan.Anonymous;
import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.PhoneNumber;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import java.text.ParseException;
import java.util.List;
import java.util.ListIterator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sip.address.SipURI;
import javax.sip.address.TelURL;
import javax.sip.address.URI;
import javax.sip.header.Header;
import javax.sip.header.HeaderAddress;

/// Reads who calls whom out of an INVITE.
final class Callers {

    private Callers() {}

    /// The user part of the request URI.
    static String called(SIPRequest request) {
        return user(request.getRequestURI());
    }

    /// Whom a caller may have meant, most likely first. A trunk that calls the contact we registered says it in To, or
    /// else means the account's own number.
    static List<String> called(SIPRequest request, Trunk trunk) {
        String asked = called(request);
        String to = user(request.getTo().getAddress().getURI());
        return trunk.account(asked)
                .map(account -> Stream.concat(Stream.of(to), account.number().map(PhoneNumber::e164).stream()))
                // Some trunks put their own name for us into the request URI.
                .orElseGet(() -> Stream.of(asked, to))
                .distinct()
                .toList();
    }

    /// Whose call it is: the account's whose contact was called, or else the one's with the called number.
    static Optional<Account> account(SIPRequest request, Trunk trunk) {
        return trunk.account(called(request))
                .or(() -> trunk.account(called(request, trunk).stream()
                        .map(each -> trunk.callerId().party(each, trunk.name()))
                        .filter(PhoneNumber.class::isInstance)
                        .map(PhoneNumber.class::cast)
                        .findFirst()));
    }

    static Party caller(SIPRequest request, Trunk trunk) {
        URI from = request.getFrom().getAddress().getURI();
        String user = user(from);
        Optional<String> asserted = trunk.callerId().isBelieved() ? asserted(request) : Optional.empty();
        if (hides(request, from, user) || (user.isEmpty() && asserted.isEmpty())) {
            return new Anonymous();
        }
        return trunk.callerId().party(asserted.orElse(user), trunk.name());
    }

    /// Who the other side is, if a trunk that is believed says so, later or in answer to a call (RFC 4916).
    static Optional<Party> connected(SIPMessage message, Trunk trunk) {
        if (!trunk.callerId().isBelieved()) {
            return Optional.empty();
        }
        return asserted(message)
                .map(user -> asksForPrivacy(message)
                        ? new Anonymous()
                        : trunk.callerId().party(user, trunk.name()));
    }

    /// Who was called, as the trunk reads it.
    static Party addressed(SIPRequest request, Trunk trunk) {
        return trunk.callerId().party(called(request), trunk.name());
    }

    /// What the trunk itself says who somebody is (RFC 3325 §9.1).
    private static Optional<String> asserted(SIPMessage request) {
        ListIterator<?> headers = request.getHeaders("P-Asserted-Identity");
        while (headers.hasNext()) {
            if (headers.next() instanceof HeaderAddress header) {
                String user = user(header.getAddress().getURI());
                if (!user.isEmpty()) {
                    return Optional.of(user);
                }
            }
        }
        return remoteParty(request).flatMap(Callers::userOf);
    }

    private static Optional<String> remoteParty(SIPMessage request) {
        return Optional.ofNullable(request.getHeader("Remote-Party-ID")).map(header -> {
            String text = header.toString();
            return text.substring(text.indexOf(':') + 1).strip();
        });
    }

    private static Optional<String> userOf(String nameAddr) {
        try {
            int parameters = nameAddr.indexOf('>');
            String bare = parameters < 0 ? nameAddr : nameAddr.substring(0, parameters + 1);
            return Optional.of(user(Jain.ADDRESSES.createAddress(bare).getURI()))
                    .filter(user -> !user.isEmpty());
        } catch (ParseException _) {
            return Optional.empty();
        }
    }

    /// RFC 3323 §4, RFC 3325 §9.3.
    private static boolean hides(SIPRequest request, URI from, String user) {
        boolean invalid = from instanceof SipURI sip
                && sip.getHost().toLowerCase(Locale.ROOT).endsWith("anonymous.invalid");
        return invalid
                || user.equalsIgnoreCase("anonymous")
                || asksForPrivacy(request)
                || remoteParty(request).filter(Callers::isPrivate).isPresent();
    }

    private static boolean isPrivate(String remoteParty) {
        String lower = remoteParty.toLowerCase(Locale.ROOT);
        return lower.contains(";privacy=") && !lower.contains(";privacy=off");
    }

    private static boolean asksForPrivacy(SIPMessage request) {
        ListIterator<?> headers = request.getHeaders("Privacy");
        while (headers.hasNext()) {
            String text = ((Header) headers.next()).toString();
            String value = text.substring(text.indexOf(':') + 1).toLowerCase(Locale.ROOT);
            for (String each : value.split("[;,]", -1)) {
                switch (each.strip()) {
                    case "id", "user", "header" -> {
                        return true;
                    }
                    default -> {}
                }
            }
        }
        return false;
    }

    private static String user(URI uri) {
        return switch (uri) {
            case SipURI sip -> sip.getUser() == null ? "" : SipText.unescaped(sip.getUser());
            case TelURL tel -> (tel.isGlobal() ? "+" : "") + SipText.unescaped(tel.getPhoneNumber());
            default -> "";
        };
    }
}
