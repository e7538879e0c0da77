package dev.callbridge.sip;

import dev.callbridge.sip.leg.Challenge;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Optional;
import javax.sip.header.WWWAuthenticateHeader;
import org.jspecify.annotations.Nullable;

/// Reads the challenges of a response, if it is a 401 or 407, and keeps those that we can and may answer: one per
/// realm,
/// the strongest.
final class Challenges {

    private Challenges() {}

    /// @param login empty: there is nothing to answer with
    static List<Challenge> of(SIPResponse response, Optional<Credentials> login) {
        int status = response.getStatusCode();
        if (login.isEmpty() || (status != 401 && status != 407)) {
            return List.of();
        }
        Map<String, Challenge> strongest = new LinkedHashMap<>();
        for (String name : List.of("WWW-Authenticate", "Proxy-Authenticate")) {
            ListIterator<?> headers = response.getHeaders(name);
            while (headers.hasNext()) {
                if (headers.next() instanceof WWWAuthenticateHeader header) {
                    Challenge challenge = read(header, name.startsWith("Proxy"));
                    if (login.get().fits(challenge.realm()) && Digest.supports(challenge)) {
                        strongest.merge(challenge.realm(), challenge, Challenges::stronger);
                    }
                }
            }
        }
        return List.copyOf(strongest.values());
    }

    /// SHA-256 before MD5; among equals the first, which the server prefers (RFC 8760 §2.4).
    private static Challenge stronger(Challenge first, Challenge second) {
        var strength = Comparator.<Challenge>comparingInt(each -> Digest.strength(each.algorithm()));
        return strength.compare(second, first) > 0 ? second : first;
    }

    private static Challenge read(WWWAuthenticateHeader header, boolean proxy) {
        String qop = text(header.getQop());
        return new Challenge(
                proxy,
                text(header.getRealm()),
                text(header.getNonce()),
                header.getAlgorithm() == null ? "MD5" : text(header.getAlgorithm()),
                Arrays.stream(qop.split(",", -1))
                        .map(String::strip)
                        .filter(each -> !each.isEmpty())
                        .toList(),
                text(header.getOpaque()),
                header.isStale());
    }

    private static String text(@Nullable String value) {
        String bare = value == null ? "" : value.strip();
        return bare.length() > 1 && bare.startsWith("\"") && bare.endsWith("\"")
                ? bare.substring(1, bare.length() - 1)
                : bare;
    }
}
