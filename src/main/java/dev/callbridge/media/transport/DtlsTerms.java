package dev.callbridge.media.transport;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.jspecify.annotations.Nullable;

/// What a DTLS handshake is about, whichever end opens it: DTLS 1.2, one certificate each, checked against the
/// fingerprint in the description, and a protection profile for SRTP (RFC 5763, RFC 5764).
final class DtlsTerms {

    static final ProtocolVersion[] VERSIONS = {ProtocolVersion.DTLSv12};
    static final int HANDSHAKE_LIMIT_MILLIS = 20_000;
    static final int FIRST_RESEND_MILLIS = 50;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final BcTlsCrypto crypto = new BcTlsCrypto(RANDOM);
    private final DtlsIdentity identity;
    private final String remoteFingerprint;
    private volatile int profile;
    private volatile byte @Nullable [] material;
    private volatile boolean closedByPeer;

    DtlsTerms(DtlsIdentity identity, String remoteFingerprint) {
        this.identity = identity;
        this.remoteFingerprint = remoteFingerprint;
    }

    BcTlsCrypto crypto() {
        return crypto;
    }

    static int[] suites() {
        return new int[] {
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
        };
    }

    /// Our certificate, and what proves that it is ours.
    TlsCredentialedSigner credentials(TlsContext context) throws IOException {
        var certificate = new Certificate(new TlsCertificate[] {new BcTlsCertificate(crypto, identity.certificate())});
        return new BcDefaultTlsCredentialedSigner(
                new TlsCryptoParameters(context),
                crypto,
                identity.privateKey(),
                certificate,
                SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa));
    }

    /// Within the handshake, so that nothing is ever said to somebody else (RFC 5763 §5).
    void verify(@Nullable Certificate certificate) throws IOException {
        if (certificate == null || certificate.isEmpty()) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate);
        }
        byte[] leaf = certificate.getCertificateAt(0).getEncoded();
        if (!DtlsIdentity.fingerprint(leaf).equalsIgnoreCase(remoteFingerprint)) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate);
        }
    }

    /// Takes the first of our profiles that the peer has too.
    void choose(int[] offered) throws TlsFatalAlert {
        for (int ours : SrtpKeys.profiles()) {
            for (int theirs : offered) {
                if (ours == theirs) {
                    profile = ours;
                    return;
                }
            }
        }
        throw new TlsFatalAlert(AlertDescription.handshake_failure);
    }

    int profile() {
        return profile;
    }

    /// BouncyCastle wants a vector.
    @SuppressWarnings("JdkObsolete")
    static Vector<SignatureAndHashAlgorithm> signatures() {
        Vector<SignatureAndHashAlgorithm> known = new Vector<>();
        known.add(SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa));
        known.add(SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.rsa));
        return known;
    }

    void completed(TlsContext context) {
        material = context.exportKeyingMaterial(ExporterLabel.dtls_srtp, null, SrtpKeys.materialLength(profile));
    }

    void alerted(short description) {
        if (description == AlertDescription.close_notify) {
            closedByPeer = true;
        }
    }

    boolean closedByPeer() {
        return closedByPeer;
    }

    SrtpKeys keys(boolean client) {
        byte[] exported = material;
        if (exported == null) {
            throw new IllegalStateException("no handshake yet");
        }
        return new SrtpKeys(profile, exported, client);
    }
}
