package dev.callbridge.sip;

import gov.nist.javax.sip.address.SipUri;
import gov.nist.javax.sip.message.SIPRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ListIterator;
import javax.sip.header.ContentEncodingHeader;
import javax.sip.header.ExpiresHeader;
import javax.sip.header.RequireHeader;

/// What an INVITE has to be before a call is made of it (RFC 3261 §8.2); the stack looks at little of that.
final class InviteRules {

    private static final Duration LONGEST = Duration.ofMinutes(3);

    private InviteRules() {}

    /// The status that says what is wrong with it; 0: nothing.
    static int flaw(SIPRequest request) {
        if (!knownScheme(request)) {
            return 416;
        }
        if (!required(request).isEmpty()) {
            return 420;
        }
        if (request.getFromTag() == null || request.getHeader("Contact") == null) {
            return 400;
        }
        byte[] body = request.getRawContent();
        if (body == null || body.length == 0) {
            // The description would have to be ours, in the 200.
            return 488;
        }
        return describesSession(request) ? 0 : 415;
    }

    private static boolean knownScheme(SIPRequest request) {
        var uri = request.getRequestURI();
        return uri instanceof SipUri sip ? !sip.isSecure() : uri.getScheme().equalsIgnoreCase("tel");
    }

    private static boolean describesSession(SIPRequest request) {
        var type = request.getContentTypeHeader();
        var encoding = (ContentEncodingHeader) request.getHeader("Content-Encoding");
        boolean plain = encoding == null || encoding.getEncoding().equalsIgnoreCase("identity");
        return plain
                && type != null
                && type.getContentType().equalsIgnoreCase("application")
                && type.getContentSubType().equalsIgnoreCase("sdp");
    }

    /// The extensions it insists on, as a list; we have none of them.
    static String required(SIPRequest request) {
        List<String> options = new ArrayList<>();
        ListIterator<?> headers = request.getHeaders("Require");
        while (headers.hasNext()) {
            options.add(SipText.clean(((RequireHeader) headers.next()).getOptionTag()));
        }
        return String.join(", ", options);
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
