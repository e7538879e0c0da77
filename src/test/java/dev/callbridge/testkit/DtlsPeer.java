package dev.callbridge.testkit;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Hashtable;
import java.util.HexFormat;
import java.util.Vector;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.jspecify.annotations.Nullable;

/// The DTLS of a [WebRtcPeer]: one certificate, one handshake as client or as server, the keys for SRTP. Shares nothing
/// with the bridge's own. It likes AES-CM best where it may choose, as Chromium does.
final class DtlsPeer {

    private static final int[] PROFILES = {SrtpPeer.AES_CM_80, SrtpPeer.AES_GCM};
    private static final SignatureAndHashAlgorithm ECDSA_SHA256 =
            SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa);
    private static final int LIMIT_MILLIS = 20_000;

    /// Hears what comes of it, on its thread.
    interface Listener {

        void secured(SrtpPeer keys);

        /// The other end said goodbye, or broke off.
        void ended();
    }

    private final JcaTlsCrypto crypto = new JcaTlsCryptoProvider().create(new SecureRandom());
    private final PrivateKey key;
    private final byte[] certificate;
    private final Consumer<byte[]> out;
    private final Listener listener;
    private final BlockingQueue<byte[]> in = new LinkedBlockingQueue<>();
    private volatile String theirFingerprint = "";
    private volatile boolean left;
    private volatile boolean shut;
    private volatile @Nullable Thread thread;
    private volatile @Nullable DTLSTransport transport;
    private int profile;
    private byte @Nullable [] material;

    DtlsPeer(Consumer<byte[]> out, Listener listener) {
        this.out = out;
        this.listener = listener;
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            var name = new X500Name("CN=WebRTC");
            Instant now = Instant.now();
            key = keys.getPrivate();
            certificate = new JcaX509v3CertificateBuilder(
                            name,
                            BigInteger.valueOf(now.toEpochMilli()),
                            Date.from(now.minus(Duration.ofDays(1))),
                            Date.from(now.plus(Duration.ofDays(30))),
                            name,
                            keys.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key))
                    .getEncoded();
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    String fingerprint() {
        return fingerprint(certificate);
    }

    private static String fingerprint(byte[] encoded) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(encoded);
            return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// @param active whether it opens the handshake
    void start(boolean active, String fingerprint) {
        theirFingerprint = fingerprint;
        thread = Thread.ofVirtual().name("dtls-peer").start(() -> run(active));
    }

    void received(byte[] record) {
        in.add(record);
    }

    /// Says goodbye.
    void close() {
        DTLSTransport open = transport;
        left = true;
        if (open != null) {
            try {
                open.close();
            } catch (IOException _) {
                // Then it went without a word.
            }
        }
        vanish();
    }

    /// Ends without a word.
    void vanish() {
        left = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    private void run(boolean active) {
        try {
            DTLSTransport open = active
                    ? new DTLSClientProtocol().connect(new Client(), records)
                    : new DTLSServerProtocol().accept(new Server(), records);
            transport = open;
            listener.secured(new SrtpPeer(profile, material == null ? new byte[0] : material, active));
            byte[] ignored = new byte[open.getReceiveLimit()];
            while (!left) {
                open.receive(ignored, 0, ignored.length, 1000);
            }
        } catch (IOException | RuntimeException _) {
            if (!left) {
                listener.ended();
            }
        }
    }

    private void verify(@Nullable Certificate theirs) throws IOException {
        if (theirs == null
                || theirs.isEmpty()
                || !fingerprint(theirs.getCertificateAt(0).getEncoded()).equalsIgnoreCase(theirFingerprint)) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate);
        }
    }

    private TlsCredentialedSigner credentials(TlsContext context) throws IOException {
        var chain = new Certificate(new TlsCertificate[] {crypto.createCertificate(certificate)});
        return new JcaDefaultTlsCredentialedSigner(new TlsCryptoParameters(context), crypto, key, chain, ECDSA_SHA256);
    }

    private void export(TlsContext context) {
        material = context.exportKeyingMaterial(ExporterLabel.dtls_srtp, null, SrtpPeer.materialLength(profile));
    }

    private static int chosen(int... offered) throws IOException {
        for (int ours : PROFILES) {
            for (int theirs : offered) {
                if (ours == theirs) {
                    return ours;
                }
            }
        }
        throw new TlsFatalAlert(AlertDescription.illegal_parameter);
    }

    private static int[] suites() {
        return new int[] {CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256};
    }

    private final class Client extends DefaultTlsClient {

        private Client() {
            super(crypto);
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.DTLSv12.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return suites();
        }

        @Override
        public Hashtable<Integer, byte[]> getClientExtensions() throws IOException {
            @SuppressWarnings("unchecked")
            Hashtable<Integer, byte[]> extensions = super.getClientExtensions();
            TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(PROFILES, TlsUtils.EMPTY_BYTES));
            return extensions;
        }

        @Override
        @SuppressWarnings("rawtypes")
        public void processServerExtensions(Hashtable extensions) throws IOException {
            super.processServerExtensions(extensions);
            UseSRTPData answer = TlsSRTPUtils.getUseSRTPExtension(extensions);
            if (answer == null || answer.getProtectionProfiles().length != 1) {
                throw new TlsFatalAlert(AlertDescription.illegal_parameter);
            }
            profile = chosen(answer.getProtectionProfiles());
        }

        @Override
        public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate server) throws IOException {
                    verify(server.getCertificate());
                }

                @Override
                public TlsCredentials getClientCredentials(CertificateRequest request) throws IOException {
                    return credentials(context);
                }
            };
        }

        @Override
        public int getHandshakeTimeoutMillis() {
            return LIMIT_MILLIS;
        }

        @Override
        public void notifyHandshakeComplete() throws IOException {
            super.notifyHandshakeComplete();
            export(context);
        }
    }

    private final class Server extends DefaultTlsServer {

        private Server() {
            super(crypto);
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.DTLSv12.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return suites();
        }

        @Override
        @SuppressWarnings("rawtypes")
        public void processClientExtensions(Hashtable extensions) throws IOException {
            super.processClientExtensions(extensions);
            UseSRTPData offered = TlsSRTPUtils.getUseSRTPExtension(extensions);
            if (offered == null) {
                throw new TlsFatalAlert(AlertDescription.illegal_parameter);
            }
            profile = chosen(offered.getProtectionProfiles());
        }

        @Override
        public Hashtable<Integer, byte[]> getServerExtensions() throws IOException {
            @SuppressWarnings("unchecked")
            Hashtable<Integer, byte[]> extensions = super.getServerExtensions();
            TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(new int[] {profile}, TlsUtils.EMPTY_BYTES));
            return extensions;
        }

        @Override
        public TlsCredentials getCredentials() throws IOException {
            return credentials(context);
        }

        /// BouncyCastle wants a vector.
        @Override
        @SuppressWarnings("JdkObsolete")
        public CertificateRequest getCertificateRequest() {
            Vector<SignatureAndHashAlgorithm> known = new Vector<>();
            known.add(ECDSA_SHA256);
            return new CertificateRequest(new short[] {ClientCertificateType.ecdsa_sign}, known, null);
        }

        @Override
        public void notifyClientCertificate(@Nullable Certificate client) throws IOException {
            verify(client);
        }

        @Override
        public int getHandshakeTimeoutMillis() {
            return LIMIT_MILLIS;
        }

        @Override
        public void notifyHandshakeComplete() throws IOException {
            super.notifyHandshakeComplete();
            export(context);
        }
    }

    private final DatagramTransport records = new DatagramTransport() {
        @Override
        public int getReceiveLimit() {
            return 1500;
        }

        @Override
        public int getSendLimit() {
            return 1200;
        }

        @Override
        public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
            if (shut) {
                throw new IOException("closed");
            }
            try {
                byte[] record = in.poll(waitMillis, TimeUnit.MILLISECONDS);
                if (record == null) {
                    return -1;
                }
                int taken = Math.min(length, record.length);
                System.arraycopy(record, 0, buffer, offset, taken);
                return taken;
            } catch (InterruptedException e) {
                throw new IOException("left", e);
            }
        }

        @Override
        public void send(byte[] buffer, int offset, int length) {
            byte[] record = new byte[length];
            System.arraycopy(buffer, offset, record, 0, length);
            out.accept(record);
        }

        @Override
        public void close() {
            // The sockets belong to ICE; but BouncyCastle would go on waiting for records after a goodbye.
            shut = true;
        }
    };
}
