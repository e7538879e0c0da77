package dev.callbridge.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/// A certificate authority that nobody knows, and what it certifies.
public final class Certificates {

    private static final AtomicLong SERIAL = new AtomicLong(1);

    private final KeyPair keys = keyPair();
    private final X509Certificate authority = certificate("CN=Test Authority", keys, null);

    private static KeyPair keyPair() {
        try {
            return KeyPairGenerator.getInstance("EC").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate certificate(String subject, KeyPair subjects, @Nullable GeneralNames names) {
        try {
            Instant now = Instant.now();
            var builder = new JcaX509v3CertificateBuilder(
                    new X500Principal("CN=Test Authority"),
                    BigInteger.valueOf(SERIAL.getAndIncrement()),
                    Date.from(now.minus(Duration.ofHours(1))),
                    Date.from(now.plus(Duration.ofDays(2))),
                    new X500Principal(subject),
                    subjects.getPublic());
            boolean isAuthority = subjects == keys;
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
            if (names != null) {
                builder.addExtension(Extension.subjectAlternativeName, false, names);
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A certificate for other names than its subject's.
    ///
    /// @param names like `dns:sip.example.org`, `ip:127.0.0.1`, `uri:sip:example.org`
    public X509Certificate issue(String commonName, String... names) {
        return certificate("CN=" + commonName, keyPair(), names(names));
    }

    private static @Nullable GeneralNames names(String... names) {
        return names.length == 0
                ? null
                : new GeneralNames(Stream.of(names)
                        .map(each -> each.split(":", 2))
                        .map(parts -> new GeneralName(
                                switch (parts[0]) {
                                    case "dns" -> GeneralName.dNSName;
                                    case "ip" -> GeneralName.iPAddress;
                                    default -> GeneralName.uniformResourceIdentifier;
                                },
                                parts[1]))
                        .toArray(GeneralName[]::new));
    }

    /// Writes `cert.pem`, `key.pem` and `ca.pem`.
    public void write(Path directory, String commonName, String... names) {
        try {
            KeyPair own = keyPair();
            Files.writeString(
                    directory.resolve("cert.pem"),
                    pem(
                            "CERTIFICATE",
                            certificate("CN=" + commonName, own, names(names)).getEncoded()));
            Files.writeString(
                    directory.resolve("key.pem"),
                    pem("PRIVATE KEY", own.getPrivate().getEncoded()));
            Files.writeString(directory.resolve("ca.pem"), pem("CERTIFICATE", authority.getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                        .encodeToString(content)
                + "\n-----END " + what + "-----\n";
    }
}
