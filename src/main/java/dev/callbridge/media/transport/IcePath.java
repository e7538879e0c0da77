package dev.callbridge.media.transport;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// The way to the peer of one WebRTC leg, through restarts of ICE (RFC 8445 §9): a restart is an agent beside the one
/// before, whose way is used until the new one has found its own.
///
/// A peer that has left its network is given [#RESTART_LIMIT] to come back from another one; nothing is sent meanwhile.
///
/// Used by the call's thread and by those of ICE; the way is read by those who send.
final class IcePath {

    private static final Logger log = LoggerFactory.getLogger(IcePath.class);

    /// Clients give up half a minute after they have noticed; we notice later than they do.
    static final Duration RESTART_LIMIT = Duration.ofSeconds(20);

    private static final Executor AFTER_LIMIT = CompletableFuture.delayedExecutor(
            RESTART_LIMIT.toMillis(),
            TimeUnit.MILLISECONDS,
            task -> Thread.ofVirtual().name("ice-limit").start(task));

    /// On threads of ICE.
    interface Listener {

        /// There is a way, or another one than before.
        void reachable();

        /// A check came from there, by our password and by `fragment` of the peer.
        void checked(IcePort port, InetSocketAddress remote, String fragment);

        /// No way was found, or there was none for too long. Once.
        void lost();
    }

    private final List<IcePort> ports;
    private final StunDesk desk;
    private final Listener listener;
    /// For the lines that other threads log.
    private final @Nullable String call = MDC.get("call");
    private final ReentrantLock lock = new ReentrantLock();
    private Generation current;
    private @Nullable Generation next;
    private boolean established;
    /// How often waiting for a way has begun.
    private int waits;
    private boolean over;
    private volatile IceLeg.@Nullable Route route;

    /// @param controlling whether we make the offer
    IcePath(List<IcePort> ports, StunDesk desk, boolean controlling, Listener listener) {
        this.ports = ports;
        this.desk = desk;
        this.listener = listener;
        current = new Generation(controlling);
    }

    /// What we tell the peer: of the restart, once there is one.
    IceCredentials local() {
        lock.lock();
        try {
            return (next != null ? next : current).leg.local();
        } finally {
            lock.unlock();
        }
    }

    /// Where to send to; null: nothing may be sent (RFC 7675 §5.1).
    IceLeg.@Nullable Route route() {
        return route;
    }

    /// Begins to look for the peer.
    void start(IceCredentials remote) {
        current.leg.start(remote);
    }

    /// The peer has begun anew; we answer its offer.
    void restart(IceCredentials remote) {
        Generation dropped;
        Generation begun;
        lock.lock();
        try {
            if (over) {
                return;
            }
            dropped = next;
            // Whoever offers a restart controls it.
            begun = new Generation(false);
            next = begun;
            if (route == null) {
                waitForAWay();
            }
        } finally {
            lock.unlock();
        }
        if (dropped != null) {
            dropped.leg.free();
        }
        begun.leg.start(remote);
    }

    void close() {
        Generation used;
        Generation last;
        lock.lock();
        try {
            over = true;
            route = null;
            used = current;
            last = next;
        } finally {
            lock.unlock();
        }
        try {
            used.leg.free();
        } finally {
            if (last != null) {
                last.leg.free();
            }
        }
    }

    private void reachable(Generation from, IceLeg.Route found) {
        Generation replaced = null;
        lock.lock();
        try {
            if (over || (from != next && (from != current || from.expired))) {
                return;
            }
            if (from == next) {
                replaced = current;
                current = from;
                next = null;
            }
            established = true;
            route = found;
        } finally {
            lock.unlock();
        }
        if (replaced != null) {
            log.debug("the peer is reached in another way");
            // Not on a thread of ICE, which frees nothing while it calls.
            Thread.startVirtualThread(replaced.leg::free);
        }
        listener.reachable();
    }

    private void unreachable(Generation from) {
        boolean hopeless;
        lock.lock();
        try {
            if (over) {
                return;
            }
            if (from == next) {
                next = null;
                hopeless = route == null;
                Thread.startVirtualThread(from.leg::free);
            } else if (from == current && !from.expired) {
                from.expired = true;
                route = null;
                hopeless = !established && next == null;
                if (!hopeless) {
                    waitForAWay();
                }
            } else {
                return;
            }
            over = hopeless;
        } finally {
            lock.unlock();
        }
        if (hopeless) {
            listener.lost();
        } else if (route == null) {
            try (var _ = MDC.putCloseable("call", call)) {
                log.info("the peer is not reached any more; it may come back within {} s", RESTART_LIMIT.toSeconds());
            }
        }
    }

    /// Under the lock.
    private void waitForAWay() {
        int wait = ++waits;
        AFTER_LIMIT.execute(() -> {
            try (var _ = MDC.putCloseable("call", call)) {
                giveUp(wait);
            }
        });
    }

    private void giveUp(int wait) {
        lock.lock();
        try {
            if (over || wait != waits || route != null) {
                return;
            }
            over = true;
        } finally {
            lock.unlock();
        }
        listener.lost();
    }

    /// One pair of credentials of ours and what came of it.
    private final class Generation implements IceLeg.Listener {

        private final IceLeg leg;
        private boolean expired;

        private Generation(boolean controlling) {
            leg = new IceLeg(ports, desk, controlling, this);
        }

        @Override
        public void reachable(IceLeg.Route found) {
            IcePath.this.reachable(this, found);
        }

        @Override
        public void unreachable() {
            IcePath.this.unreachable(this);
        }

        @Override
        public void checked(IcePort port, InetSocketAddress remote, String fragment) {
            listener.checked(port, remote, fragment);
        }
    }
}
