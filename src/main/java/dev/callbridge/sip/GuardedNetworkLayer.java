package dev.callbridge.sip;

import gov.nist.core.net.NetworkLayer;
import gov.nist.javax.sip.SipStackImpl;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// Makes the stack's sockets. It is made by the stack, by name, and finds who is admitted through [StackParts].
public final class GuardedNetworkLayer implements NetworkLayer {

    private static final Duration CONNECT = Duration.ofSeconds(4);

    private @Nullable Admission admission;
    private @Nullable Tls tls;

    @Override
    public void setSipStack(SipStackImpl stack) {
        admission = StackParts.of(stack).admission();
        tls = StackParts.of(stack).tls();
    }

    private Admission admission() {
        if (admission == null) {
            throw new IllegalStateException("the stack did not introduce itself");
        }
        return admission;
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress local) throws IOException {
        return new GuardedServerSocket(port, backlog, local, admission());
    }

    @Override
    public DatagramSocket createDatagramSocket(int port, InetAddress local) throws SocketException {
        return new GuardedDatagramSocket(port, local, admission());
    }

    @Override
    public DatagramSocket createDatagramSocket() throws SocketException {
        return new GuardedDatagramSocket(0, new InetSocketAddress(0).getAddress(), admission());
    }

    @Override
    public Socket createSocket(InetAddress address, int port) throws IOException {
        return connect(address, port, null, 0);
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress local) throws IOException {
        return connect(address, port, local, 0);
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort) throws IOException {
        return connect(address, port, local, localPort);
    }

    /// Into a black hole for four seconds at most: a virtual thread waits here.
    private static Socket connect(InetAddress address, int port, @Nullable InetAddress local, int localPort)
            throws IOException {
        var socket = new Socket();
        try {
            if (local != null) {
                socket.bind(new InetSocketAddress(local, localPort));
            }
            socket.connect(new InetSocketAddress(address, port), (int) CONNECT.toMillis());
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public SSLServerSocket createSSLServerSocket(int port, int backlog, InetAddress local) throws IOException {
        Optional<SSLContext> server = tls().server();
        return server.isPresent()
                ? GuardedTlsServerSocket.listening(port, backlog, local, admission(), server.get())
                : GuardedTlsServerSocket.deaf();
    }

    @Override
    public SSLSocket createSSLSocket(InetAddress address, int port) throws IOException {
        return createSSLSocket(address, port, null);
    }

    @Override
    public SSLSocket createSSLSocket(InetAddress address, int port, @Nullable InetAddress local) throws IOException {
        Socket connection = connect(address, port, local, 0);
        try {
            return tls().secure(connection, address, port);
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    private Tls tls() throws IOException {
        if (tls == null) {
            throw new IOException("TLS is not configured");
        }
        return tls;
    }
}
