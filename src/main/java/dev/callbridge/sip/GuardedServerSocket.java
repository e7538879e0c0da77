package dev.callbridge.sip;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Accepts connections of trunks only, a limited number from each address, and survives running out of file handles.
final class GuardedServerSocket extends ServerSocket {

    private static final Logger log = LoggerFactory.getLogger(GuardedServerSocket.class);
    private static final int PER_SOURCE = 100;
    private static final Duration BACK_OFF = Duration.ofMillis(200);

    private final Admission admission;
    private final Map<InetAddress, Integer> open = new ConcurrentHashMap<>();

    GuardedServerSocket(int port, int backlog, InetAddress local, Admission admission) throws IOException {
        super(port, Math.max(backlog, 200), local);
        this.admission = admission;
    }

    @Override
    public Socket accept() throws IOException {
        while (true) {
            var socket = new Counted();
            try {
                implAccept(socket);
            } catch (SocketException e) {
                if (isClosed()) {
                    throw e;
                }
                // Too many open files, as a rule: trying again at once would only burn the processor.
                log.warn("can't accept a connection: {}", e.getMessage());
                LockSupport.parkNanos(BACK_OFF.toNanos());
                continue;
            }
            if (socket.isWelcome()) {
                socket.setTcpNoDelay(true);
                socket.setKeepAlive(true);
                return socket;
            }
            socket.close();
        }
    }

    /// A connection that counts for its source until it is closed.
    private final class Counted extends Socket {

        private final AtomicBoolean counted = new AtomicBoolean();

        boolean isWelcome() {
            if (!(getRemoteSocketAddress() instanceof InetSocketAddress source)
                    || !admission.admitsConnection(source)) {
                return false;
            }
            counted.set(true);
            return open.merge(source.getAddress(), 1, Integer::sum) <= PER_SOURCE;
        }

        @Override
        public void close() throws IOException {
            if (counted.compareAndSet(true, false)) {
                open.computeIfPresent(getInetAddress(), (_, n) -> n > 1 ? Integer.valueOf(n - 1) : null);
            }
            super.close();
        }
    }
}
