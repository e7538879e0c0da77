package dev.callbridge.media.transport;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A self-signed P-256 certificate. Nobody looks at anything in it but its fingerprint (RFC 8827 §6.5).
final class DtlsIdentity {

    private static final HexFormat COLONS = HexFormat.ofDelimiter(":").withUpperCase();
    private static final Duration VALIDITY = Duration.ofDays(30);

    private final byte[] certificate;
    private final AsymmetricKeyParameter privateKey;
    private final Instant made;

    private DtlsIdentity(byte[] certificate, AsymmetricKeyParameter privateKey, Instant made) {
        this.certificate = certificate;
        this.privateKey = privateKey;
        this.made = made;
    }

    /// @param now from which on it is valid, give or take the peer's clock
    static DtlsIdentity make(Instant now) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            var name = new X500Name("CN=callbridge");
            byte[] encoded = new JcaX509v3CertificateBuilder(
                            name,
                            new BigInteger(63, new SecureRandom()),
                            Date.from(now.minus(Duration.ofDays(1))),
                            Date.from(now.plus(VALIDITY)),
                            name,
                            keys.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                    .getEncoded();
            var key = PrivateKeyFactory.createKey(keys.getPrivate().getEncoded());
            return new DtlsIdentity(encoded, key, now);
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("no certificate could be made", e);
        }
    }

    /// One certificate serves all calls of a day.
    boolean isStale(Instant now) {
        return made.plus(Duration.ofDays(1)).isBefore(now);
    }

    byte[] certificate() {
        return certificate.clone();
    }

    AsymmetricKeyParameter privateKey() {
        return privateKey;
    }

    /// As `a=fingerprint:sha-256` has it.
    String fingerprint() {
        return fingerprint(certificate);
    }

    static String fingerprint(byte[] certificate) {
        try {
            return COLONS.formatHex(MessageDigest.getInstance("SHA-256").digest(certificate));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
