package dev.callbridge.sip;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Accepts TLS connections of trunks. Handshakes happen on virtual threads of their own and take a limited time, so
/// that
/// a slow one keeps nobody waiting. Without a certificate of ours it listens nowhere: the stack wants a socket to send
/// through, too.
///
/// Protocols and ciphers are those of the context and of [#PROTOCOLS], whatever the stack sets here.
final class GuardedTlsServerSocket extends SSLServerSocket {

    private static final Logger log = LoggerFactory.getLogger(GuardedTlsServerSocket.class);
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final Duration HANDSHAKE = Duration.ofSeconds(5);

    private final @Nullable ServerSocket plain;
    private final @Nullable SSLContext context;
    /// Empty: closed.
    private final BlockingQueue<Optional<SSLSocket>> ready = new LinkedBlockingQueue<>();

    private GuardedTlsServerSocket(@Nullable ServerSocket plain, @Nullable SSLContext context) throws IOException {
        this.plain = plain;
        this.context = context;
    }

    static GuardedTlsServerSocket listening(
            int port, int backlog, InetAddress local, Admission admission, SSLContext context) throws IOException {
        var created = new GuardedTlsServerSocket(new GuardedServerSocket(port, backlog, local, admission), context);
        Thread.ofVirtual().name("sip-tls-" + port).start(created::welcome);
        return created;
    }

    static GuardedTlsServerSocket deaf() throws IOException {
        return new GuardedTlsServerSocket(null, null);
    }

    private void welcome() {
        try {
            while (plain != null) {
                Socket connection = plain.accept();
                Thread.ofVirtual().name("sip-handshake").start(() -> shakeHands(connection));
            }
        } catch (IOException e) {
            log.debug("no more TLS: {}", e.getMessage());
            ready.add(Optional.empty());
        }
    }

    private void shakeHands(Socket connection) {
        try {
            if (context == null) {
                return;
            }
            connection.setSoTimeout((int) HANDSHAKE.toMillis());
            var secured = (SSLSocket) context.getSocketFactory().createSocket(connection, null, true);
            secured.setEnabledProtocols(PROTOCOLS);
            secured.startHandshake();
            secured.setSoTimeout(0);
            ready.add(Optional.of(secured));
        } catch (IOException e) {
            log.debug("no handshake with {}: {}", connection.getInetAddress(), e.getMessage());
            try {
                connection.close();
            } catch (IOException closed) {
                log.trace("it is closed", closed);
            }
        }
    }

    @Override
    public Socket accept() throws IOException {
        try {
            return ready.take().orElseThrow(() -> new SocketException("closed"));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new SocketException("interrupted");
        }
    }

    @Override
    public void close() throws IOException {
        ready.add(Optional.empty());
        if (plain != null) {
            plain.close();
        }
        super.close();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return new String[0];
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {}

    @Override
    public String[] getSupportedCipherSuites() {
        return new String[0];
    }

    @Override
    public String[] getSupportedProtocols() {
        return PROTOCOLS.clone();
    }

    @Override
    public String[] getEnabledProtocols() {
        return PROTOCOLS.clone();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {}

    @Override
    public void setNeedClientAuth(boolean need) {}

    @Override
    public boolean getNeedClientAuth() {
        return false;
    }

    @Override
    public void setWantClientAuth(boolean want) {}

    @Override
    public boolean getWantClientAuth() {
        return false;
    }

    @Override
    public void setUseClientMode(boolean mode) {}

    @Override
    public boolean getUseClientMode() {
        return false;
    }

    @Override
    public void setEnableSessionCreation(boolean flag) {}

    @Override
    public boolean getEnableSessionCreation() {
        return true;
    }
}
