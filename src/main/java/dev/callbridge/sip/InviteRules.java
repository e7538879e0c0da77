package dev.callbridge.sip;

import dev.callbridge.sip.leg.SessionInterval;
import dev.callbridge.sip.leg.SessionTerms;
import gov.nist.javax.sip.address.SipUri;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ListIterator;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import javax.sip.address.SipURI;
import javax.sip.address.URI;
import javax.sip.header.ContactHeader;
import javax.sip.header.ContentEncodingHeader;
import javax.sip.header.ExpiresHeader;
import javax.sip.header.HeaderAddress;
import javax.sip.header.RecordRouteHeader;
import javax.sip.header.RequireHeader;
import javax.sip.message.Message;

/// What an INVITE has to be before a call is made of it (RFC 3261 §8.2); the stack looks at little of that.
final class InviteRules {

    private static final Duration LONGEST = Duration.ofMinutes(3);

    private InviteRules() {}

    private static final Set<String> KNOWN = Set.of("timer", "100rel");

    /// The status that says what is wrong with it; 0: nothing.
    static int flaw(SIPRequest request) {
        if (!knownScheme(request)) {
            return 416;
        }
        if (request.getFromTag() == null || request.getHeader("Contact") == null) {
            return unsupported(request).isEmpty() ? 400 : 420;
        }
        int flaw = flawInDialog(request);
        return flaw == 0 && hurries(SessionHeaders.terms(request)) ? 422 : flaw;
    }

    /// What is wrong with a re-INVITE or UPDATE; 0: nothing.
    static int flawInDialog(SIPRequest request) {
        if (!unsupported(request).isEmpty()) {
            return 420;
        }
        return isEmpty(request) || describesSession(request) ? 0 : 415;
    }

    private static boolean isEmpty(SIPRequest request) {
        byte[] body = request.getRawContent();
        return body == null || body.length == 0;
    }

    /// RFC 4028 §9: who knows nothing of session timers didn't ask for it himself.
    private static boolean hurries(SessionTerms terms) {
        return terms.timers()
                && terms.interval() != null
                && terms.interval().expires().compareTo(SessionInterval.LEAST) < 0;
    }

    static String contentType(SIPRequest request) {
        var type = request.getContentTypeHeader();
        return type == null ? "" : type.getContentType() + "/" + type.getContentSubType();
    }

    private static boolean isTls(SIPRequest request) {
        return Transport.of(request.getTopmostVia().getTransport()) == Transport.TLS;
    }

    /// Whether our Contact has to be a SIPS URI (RFC 3261 §12.1.1).
    static boolean wantsSecureContact(SIPRequest request) {
        var recorded = (RecordRouteHeader) request.getHeader("Record-Route");
        HeaderAddress next = recorded == null ? (ContactHeader) request.getHeader("Contact") : recorded;
        return isTls(request)
                && (isSecure(request.getRequestURI())
                        || (next != null && isSecure(next.getAddress().getURI())));
    }

    private static boolean isSecure(URI uri) {
        return uri instanceof SipURI sip && sip.isSecure();
    }

    private static boolean knownScheme(SIPRequest request) {
        var uri = request.getRequestURI();
        return uri instanceof SipUri sip
                ? !sip.isSecure() || isTls(request)
                : uri.getScheme().equalsIgnoreCase("tel");
    }

    private static boolean describesSession(SIPRequest request) {
        var encoding = (ContentEncodingHeader) request.getHeader("Content-Encoding");
        boolean plain = encoding == null || encoding.getEncoding().equalsIgnoreCase("identity");
        return plain && contentType(request).equalsIgnoreCase("application/sdp");
    }

    /// The extensions it insists on and that we don't have.
    static List<String> unsupported(SIPRequest request) {
        return required(request).filter(option -> !KNOWN.contains(option)).toList();
    }

    /// Whether its provisional responses have to be reliable (RFC 3262).
    static boolean wantsReliability(SIPRequest request) {
        return required(request).anyMatch("100rel"::equals);
    }

    private static Stream<String> required(Message message) {
        List<String> options = new ArrayList<>();
        ListIterator<?> headers = message.getHeaders("Require");
        while (headers.hasNext()) {
            options.add(SipText.clean(((RequireHeader) headers.next()).getOptionTag())
                    .toLowerCase(Locale.ROOT));
        }
        return options.stream();
    }

    /// Whether a provisional response is reliable.
    static boolean isReliable(SIPResponse response) {
        return required(response).anyMatch("100rel"::equals);
    }

    /// Why its description does not do, as a Warning header says it (RFC 3261 §20.43).
    static String warning(SIPRequest request) {
        byte[] body = request.getRawContent();
        String text = body == null ? "" : new String(body, StandardCharsets.UTF_8);
        boolean audio = text.lines().anyMatch(line -> line.startsWith("m=audio "));
        return audio ? "305 callbridge \"Incompatible media format\"" : "304 callbridge \"Media type not available\"";
    }

    /// How long the caller waits.
    static Duration patience(SIPRequest request) {
        if (request.getHeader("Expires") instanceof ExpiresHeader expires && expires.getExpires() > 0) {
            Duration said = Duration.ofSeconds(expires.getExpires());
            return said.compareTo(LONGEST) < 0 ? said : LONGEST;
        }
        return LONGEST;
    }
}
