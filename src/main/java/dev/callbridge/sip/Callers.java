package dev.callbridge.sip;

import dev.callbridge.dialplan.Anonymous;
import dev.callbridge.dialplan.Extension;
import dev.callbridge.dialplan.NumberPlan;
import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.PhoneNumber;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.List;
import java.util.ListIterator;
import java.util.Locale;
import java.util.stream.Stream;
import javax.sip.address.SipURI;
import javax.sip.address.TelURL;
import javax.sip.address.URI;
import javax.sip.header.Header;

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

    static Party caller(SIPRequest request, Trunk trunk, NumberPlan plan) {
        URI from = request.getFrom().getAddress().getURI();
        String user = user(from);
        if (user.isEmpty() || hides(request, from, user)) {
            return new Anonymous();
        }
        return plan.readFromTrunk(user)
                .filter(PhoneNumber.class::isInstance)
                .orElseGet(() -> new Extension(trunk.name(), user));
    }

    /// RFC 3323 §4, RFC 3325 §9.3.
    private static boolean hides(SIPRequest request, URI from, String user) {
        boolean invalid = from instanceof SipURI sip
                && sip.getHost().toLowerCase(Locale.ROOT).endsWith("anonymous.invalid");
        return invalid || user.equalsIgnoreCase("anonymous") || asksForPrivacy(request);
    }

    private static boolean asksForPrivacy(SIPRequest request) {
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
