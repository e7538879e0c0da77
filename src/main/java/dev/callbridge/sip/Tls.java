package dev.callbridge.sip;

import dev.callbridge.bridge.SettingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.pem.PemContent;

/// Our certificate, if we have one, and whom we trust on which trunk.
final class Tls {

    private final int port;
    private final Trunks trunks;
    private final Optional<SSLContext> server;
    private final Map<String, SSLContext> clients = new HashMap<>();

    private Tls(int port, Trunks trunks, Optional<SSLContext> server) {
        this.port = port;
        this.trunks = trunks;
        this.server = server;
    }

    /// Empty if nobody wants TLS.
    ///
    /// @throws SettingException if a file can't be used
    static Optional<Tls> of(SipProperties.Tls settings, Trunks trunks) {
        List<Trunk> users = trunks.all().stream()
                .filter(trunk -> trunk.gate().transport() == Transport.TLS)
                .toList();
        boolean listens = settings.certificate() != null;
        if (users.isEmpty() && !listens) {
            return Optional.empty();
        }
        KeyManager[] keys = keys(settings);
        X509ExtendedTrustManager common = trust("callbridge.sip.tls.ca-file", settings.caFile());
        var tls = new Tls(settings.port(), trunks, listens ? Optional.of(context(keys, common)) : Optional.empty());
        for (Trunk trunk : users) {
            Path own = trunk.caFile();
            X509ExtendedTrustManager trust =
                    own == null ? common : trust("callbridge.trunks." + trunk + ".ca-file", own);
            tls.clients.put(trunk.name(), context(keys, new SipTrust(trust)));
        }
        return Optional.of(tls);
    }

    private static SSLContext context(KeyManager[] keys, TrustManager trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    private static KeyManager[] keys(SipProperties.Tls settings) {
        Path certificate = settings.certificate();
        Path key = settings.key();
        if (certificate == null && key == null) {
            return new KeyManager[0];
        }
        if (certificate == null || key == null) {
            throw new SettingException(
                    "callbridge.sip.tls." + (key == null ? "key" : "certificate"), "", "set both files, or none");
        }
        List<X509Certificate> chain = certificates("callbridge.sip.tls.certificate", certificate);
        try {
            PrivateKey secret = PemContent.load(key).getPrivateKey();
            KeyStore store = empty();
            store.setKeyEntry("callbridge", secret, new char[0], chain.toArray(X509Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, new char[0]);
            return factory.getKeyManagers();
        } catch (IOException | GeneralSecurityException | RuntimeException _) {
            throw new SettingException(
                    "callbridge.sip.tls.key", key, "it must be the PEM file of the certificate's key");
        }
    }

    private static List<X509Certificate> certificates(String setting, Path file) {
        try {
            List<X509Certificate> read =
                    Files.isReadable(file) ? PemContent.load(file).getCertificates() : List.of();
            if (read != null && !read.isEmpty()) {
                return read;
            }
        } catch (IOException | RuntimeException _) {
            // It is said below.
        }
        throw new SettingException(setting, file, "it must be a PEM file with certificates");
    }

    private static X509ExtendedTrustManager trust(String setting, @Nullable Path authorities) {
        try {
            KeyStore store = null;
            if (authorities != null) {
                store = empty();
                List<X509Certificate> certificates = certificates(setting, authorities);
                for (int i = 0; i < certificates.size(); i++) {
                    store.setCertificateEntry("ca" + i, certificates.get(i));
                }
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return Arrays.stream(factory.getTrustManagers())
                    .filter(X509ExtendedTrustManager.class::isInstance)
                    .map(X509ExtendedTrustManager.class::cast)
                    .findFirst()
                    .orElseThrow();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("no trust at all", e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /// Where we listen; with [#server] only.
    int port() {
        return port;
    }

    /// What we show to those who connect to us; empty: nobody can.
    Optional<SSLContext> server() {
        return server;
    }

    /// Speaks TLS on a connection to a server of a trunk, which has to prove that it is what the settings name. The
    /// handshake is still to come.
    SSLSocket secure(Socket connection, InetAddress address, int port) throws IOException {
        Trunk trunk = trunks.all().stream()
                .filter(each -> clients.containsKey(each.name()))
                .filter(each -> each.isPeer(address, port))
                .findFirst()
                .or(() -> trunks.all().stream()
                        .filter(each -> clients.containsKey(each.name()))
                        .filter(each -> each.isPeer(address) || each.mayCall(address))
                        .findFirst())
                .orElseThrow(() -> new IOException("no trunk is at " + address.getHostAddress()));
        SSLContext context = clients.get(trunk.name());
        if (context == null) {
            throw new IOException(trunk + " does not use TLS");
        }
        return (SSLSocket) context.getSocketFactory()
                .createSocket(connection, trunk.gate().address().host(), port, true);
    }
}
