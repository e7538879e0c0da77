package dev.callbridge.sip;

import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whether a certificate is that of a SIP domain (RFC 5922 §7.2). Besides what that says, a wildcard may stand for the
/// first label, as certificate authorities sell them.
final class CertificateNames {

    private static final int DNS = 2;
    private static final int URI = 6;
    private static final int ADDRESS = 7;
    private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)\\s*CN=([^,]+)", Pattern.CASE_INSENSITIVE);

    private CertificateNames() {}

    /// @param name the domain or address that we wanted to reach
    /// @throws CertificateException if it belongs to somebody else
    static void check(X509Certificate certificate, String name) throws CertificateException {
        List<String> names = names(certificate);
        if (names.stream().noneMatch(each -> fits(each, name.toLowerCase(Locale.ROOT)))) {
            throw new CertificateException("the certificate is for " + names + ", not for " + name);
        }
    }

    /// The common name only counts where there is no other (RFC 5922 §7.1).
    private static List<String> names(X509Certificate certificate) throws CertificateParsingException {
        List<String> names = new ArrayList<>();
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        for (List<?> each : alternatives == null ? List.<List<?>>of() : alternatives) {
            String value = String.valueOf(each.get(1)).toLowerCase(Locale.ROOT);
            switch ((Integer) each.get(0)) {
                case DNS, ADDRESS -> names.add(value);
                case URI -> {
                    // A URI with a user part is that of a person, not of a domain.
                    if (value.startsWith("sip:") && !value.contains("@")) {
                        names.add(value.substring(4));
                    }
                }
                default -> {}
            }
        }
        Matcher subject =
                COMMON_NAME.matcher(certificate.getSubjectX500Principal().getName());
        if (names.isEmpty() && subject.find()) {
            names.add(subject.group(1).toLowerCase(Locale.ROOT));
        }
        return names;
    }

    private static boolean fits(String certified, String name) {
        if (AddressRange.isLiteral(name) && AddressRange.isLiteral(certified)) {
            return AddressRange.parse(certified).equals(AddressRange.parse(name));
        }
        if (certified.startsWith("*.")) {
            int label = name.indexOf('.');
            return label > 0 && name.substring(label).equals(certified.substring(1));
        }
        return certified.equals(name);
    }
}
