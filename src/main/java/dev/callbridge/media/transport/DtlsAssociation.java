package dev.callbridge.media.transport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// The DTLS of one WebRTC leg: a handshake that gives the keys for SRTP, and then an open ear for the peer's goodbye.
///
/// Runs on a virtual thread of its own from [#start] to the end. Records that come before the start are kept.
final class DtlsAssociation {

    private static final Logger log = LoggerFactory.getLogger(DtlsAssociation.class);

    private static final int MAX_WAITING = 64;
    private static final int MAX_RECORD = 1472;
    private static final int MAX_SENT = 1200;

    /// Hears what comes of it, once, on the association's thread.
    interface Listener {

        void secured(SrtpKeys keys);

        /// The peer closed in good order.
        void closed();

        /// The handshake failed, or the peer broke off.
        void failed();
    }

    /// Where records go.
    interface Sender {
        void send(byte[] record, int offset, int length);
    }

    /// For the lines that the association's thread logs.
    private final @Nullable String call = MDC.get("call");
    private final DtlsIdentity identity;
    private final Sender sender;
    private final Listener listener;
    private final BlockingQueue<byte[]> received = new ArrayBlockingQueue<>(MAX_WAITING);
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile boolean released;
    private volatile boolean shut;
    private volatile @Nullable Thread thread;
    private volatile @Nullable DTLSTransport transport;

    DtlsAssociation(DtlsIdentity identity, Sender sender, Listener listener) {
        this.identity = identity;
        this.sender = sender;
        this.listener = listener;
    }

    /// A record came. Never blocks; what is too much is lost, and sent again by the peer.
    void received(byte[] record) {
        received.offer(record);
    }

    /// Does nothing when called again.
    ///
    /// @param client whether we open the handshake
    void start(boolean client, String remoteFingerprint) {
        if (!released && started.compareAndSet(false, true)) {
            var terms = new DtlsTerms(identity, remoteFingerprint);
            thread = Thread.ofVirtual().name("dtls").start(() -> {
                try (var _ = MDC.putCloseable("call", call)) {
                    run(client, terms);
                }
            });
        }
    }

    /// Ends the thread without a word: another association takes its place.
    void abandon() {
        released = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    /// Says goodbye if there was a handshake, and ends the thread.
    void release() {
        released = true;
        DTLSTransport open = transport;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                log.debug("no close_notify sent", e);
            }
        }
        abandon();
    }

    private void run(boolean client, DtlsTerms terms) {
        try {
            DTLSTransport open = client
                    ? new DTLSClientProtocol().connect(new DtlsClient(terms), datagrams)
                    : new DTLSServerProtocol().accept(new DtlsServer(terms), datagrams);
            transport = open;
            if (released) {
                open.close();
                return;
            }
            listener.secured(terms.keys(client));
            listen(open);
        } catch (IOException | RuntimeException e) {
            ended(terms, e);
        }
    }

    /// Our last flight is repeated from here if it was lost; no application data is expected. Ends with an exception.
    private void listen(DTLSTransport open) throws IOException {
        byte[] ignored = new byte[MAX_RECORD];
        while (!released) {
            open.receive(ignored, 0, ignored.length, 0);
        }
    }

    private void ended(DtlsTerms terms, Exception why) {
        if (released) {
            return;
        }
        if (terms.closedByPeer() && transport != null) {
            listener.closed();
        } else {
            log.info("DTLS failed: {}", why.toString());
            listener.failed();
        }
    }

    private final DatagramTransport datagrams = new DatagramTransport() {
        @Override
        public int getReceiveLimit() {
            return MAX_RECORD;
        }

        @Override
        public int getSendLimit() {
            return MAX_SENT;
        }

        @Override
        public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
            if (shut) {
                throw new ClosedChannelException();
            }
            try {
                byte[] record = waitMillis == 0 ? received.take() : received.poll(waitMillis, TimeUnit.MILLISECONDS);
                if (record == null) {
                    return -1;
                }
                int taken = Math.min(length, record.length);
                System.arraycopy(record, 0, buffer, offset, taken);
                return taken;
            } catch (InterruptedException _) {
                throw new InterruptedIOException("released");
            }
        }

        @Override
        public void send(byte[] record, int offset, int length) {
            sender.send(record, offset, length);
        }

        @Override
        public void close() {
            // The socket is everybody's; but BouncyCastle would go on waiting for records after a goodbye.
            shut = true;
        }
    };
}
