package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.callbridge.testkit.Certificates;
import java.security.cert.CertificateException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 5922 §7.
class CertificateNamesTest {

    static final Certificates AUTHORITY = new Certificates();

    static String[] split(String names) {
        return names.isEmpty() ? new String[0] : names.split(" ", -1);
    }

    @ParameterizedTest
    @CsvSource({
        "other, dns:sip.example.org, sip.example.org",
        "other, dns:SIP.example.ORG, sip.example.org",
        "other, dns:a.example dns:sip.example.org, sip.example.org",
        "other, dns:*.example.org, sip.example.org",
        "other, uri:sip:example.org, example.org",
        "other, ip:127.0.0.3, 127.0.0.3",
        "sip.example.org, '', sip.example.org",
    })
    void knowsWhomACertificateIsFor(String commonName, String names, String wanted) {
        assertThatCode(() -> CertificateNames.check(AUTHORITY.issue(commonName, split(names)), wanted))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "other, '', sip.example.org",
        "sip.example.org, dns:other.example, sip.example.org",
        "other, dns:*.example.org, example.org",
        "other, dns:*.example.org, a.b.example.org",
        "other, uri:sip:alice@example.org, example.org",
        "other, uri:sip:alice@example.org, alice@example.org",
        "other, ip:127.0.0.3, 127.0.0.4",
        "other, dns:127.0.0.3.example, 127.0.0.3",
    })
    void refusesWhatIsSomebodyElses(String commonName, String names, String wanted) {
        assertThatThrownBy(() -> CertificateNames.check(AUTHORITY.issue(commonName, split(names)), wanted))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("not for " + wanted);
    }
}
