package dev.callbridge.sip;

import dev.callbridge.bridge.Ids;
import dev.callbridge.bridge.SettingException;
import gov.nist.javax.sip.SipStackImpl;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.sip.ListeningPoint;
import javax.sip.SipException;
import javax.sip.SipProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts and stops JAIN-SIP with the settings under which it survives an open port.
///
/// ## Threads
/// Started and stopped by one thread. The stack has one thread per UDP address, two per TCP connection, and its timer.
final class SipStackHost {

    private static final Logger log = LoggerFactory.getLogger(SipStackHost.class);
    private static final String SCANNER = "EventScannerThread";
    /// One stack at a time: its event thread can only be told by its name and by when it appeared.
    private static final ReentrantLock BIRTH = new ReentrantLock();
    private static final int PORT_ATTEMPTS = 20;

    /// One address where we listen, UDP and TCP.
    ///
    /// @param tlsPort 0: no TLS, or another point of this address has it
    record Point(InetAddress address, int port, int tlsPort, SipProvider provider) {

        int port(Transport transport) {
            return transport == Transport.TLS ? tlsPort : port;
        }

        boolean speaks(Transport transport) {
            return port(transport) > 0;
        }

        /// Whether it listens for TLS where a point of that address would.
        private boolean hasTlsOf(InetAddress other) {
            return tlsPort > 0 && (address.equals(other) || address.isAnyLocalAddress() || other.isAnyLocalAddress());
        }

        @Override
        public String toString() {
            return Outlet.inUri(address) + ":" + port;
        }
    }

    /// From where a peer was told about us.
    private record Sight(String trunk, Transport transport) {}

    private final List<HostPort> listen;
    private final @Nullable PublicAddress publicAddress;
    private final Admission admission;
    private final @Nullable Tls tls;
    private final String key = Ids.random(12);
    private final List<Point> points = new ArrayList<>();
    private final Set<Thread> scanners = new HashSet<>();
    private final ScheduledThreadPoolExecutor timers = timers();
    private final Map<Sight, Reflexive> sights = new ConcurrentHashMap<>();
    private @Nullable SipStackImpl stack;

    /// @param publicAddress how peers reach us behind 1:1 NAT; null: as they see us
    /// @param tls null: nobody uses it
    SipStackHost(List<HostPort> listen, @Nullable PublicAddress publicAddress, Admission admission, @Nullable Tls tls) {
        this.tls = tls;
        this.listen = listen;
        this.publicAddress = publicAddress;
        this.admission = admission;
    }

    /// What is canceled is forgotten at once, and with it the call that it was for.
    private static ScheduledThreadPoolExecutor timers() {
        var timers = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("sip-timers").daemon().factory());
        timers.setRemoveOnCancelPolicy(true);
        return timers;
    }

    /// @throws SettingException if an address can't be listened on
    void start(StackListener listener) {
        Jain.prepare();
        StackParts.put(key, new StackParts(admission, tls));
        BIRTH.lock();
        try {
            Set<Thread> before = scannerThreads();
            var created = new SipStackImpl(StackSettings.of(key));
            stack = created;
            scannerThreads().stream().filter(thread -> !before.contains(thread)).forEach(scanners::add);
            for (HostPort address : listen) {
                points.add(open(created, address, listener));
            }
            created.start();
            scannerThreads().stream().filter(thread -> !before.contains(thread)).forEach(scanners::add);
        } catch (SipException | RuntimeException e) {
            stop();
            throw e instanceof RuntimeException ours ? ours : new IllegalStateException("SIP does not start", e);
        } finally {
            BIRTH.unlock();
        }
    }

    private Point open(SipStackImpl stack, HostPort written, StackListener listener) {
        InetAddress address = address(written);
        String ip = address.getHostAddress();
        for (int attempt = 0; ; attempt++) {
            int port = written.port() == 0 ? freePort(address) : written.port();
            List<ListeningPoint> made = new ArrayList<>();
            try {
                made.add(stack.createListeningPoint(ip, port, "udp"));
                made.add(stack.createListeningPoint(ip, port, "tcp"));
                SipProvider provider = stack.createSipProvider(made.getFirst());
                provider.addListeningPoint(made.getLast());
                provider.addSipListener(listener);
                return new Point(address, port, openTls(stack, address, provider), provider);
            } catch (SettingException e) {
                throw e;
            } catch (Exception e) {
                made.forEach(point -> forget(stack, point));
                if (written.port() != 0 || attempt == PORT_ATTEMPTS) {
                    log.debug("can't listen on {}", written, e);
                    throw new SettingException(
                            "callbridge.sip.listen",
                            written,
                            "another program listens there, or the address is not this machine's");
                }
            }
        }
    }

    /// There is one listening point for TLS per address, however many ports we listen on there; also where nobody can
    /// connect, because requests leave through it.
    private int openTls(SipStackImpl stack, InetAddress address, SipProvider provider) throws SipException {
        if (tls == null || points.stream().anyMatch(point -> point.hasTlsOf(address))) {
            return 0;
        }
        int port = tls.port() == 0 ? freePort(address) : tls.port();
        try {
            provider.addListeningPoint(stack.createListeningPoint(address.getHostAddress(), port, "tls"));
            return port;
        } catch (Exception e) {
            log.debug("can't listen on {}", port, e);
            throw new SettingException(
                    "callbridge.sip.tls.port", port, "another program listens there, or SIP without TLS");
        }
    }

    private static void forget(SipStackImpl stack, ListeningPoint point) {
        try {
            stack.deleteListeningPoint(point);
        } catch (Exception e) {
            log.debug("a listening point stays", e);
        }
    }

    private static InetAddress address(HostPort written) {
        try {
            return InetAddress.getByName(written.host());
        } catch (UnknownHostException _) {
            throw new SettingException("callbridge.sip.listen", written, "the host is unknown; write an address");
        }
    }

    /// A port that is free for UDP and TCP; the stack itself can't choose one.
    private static int freePort(InetAddress address) {
        for (int attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
            try (var tcp = new ServerSocket(0, 1, address);
                    var _ = new DatagramSocket(tcp.getLocalPort(), address)) {
                return tcp.getLocalPort();
            } catch (IOException e) {
                log.debug("not free after all: {}", e.getMessage());
            }
        }
        throw new SettingException(
                "callbridge.sip.listen", address.getHostAddress(), "the address is not this machine's");
    }

    private static Set<Thread> scannerThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(SCANNER))
                .collect(Collectors.toSet());
    }

    /// The way to a server of a trunk: from an address of the same family, if there is one.
    Outlet outlet(Trunk trunk, Target target) {
        List<Point> able =
                points.stream().filter(each -> each.speaks(target.transport())).toList();
        Point point = able.stream()
                .filter(each -> each.address().getClass() == target.address().getClass())
                .findFirst()
                .orElseGet(able::getFirst);
        return outlet(point, trunk, target.address(), target.transport());
    }

    /// The way back to where a request came from.
    Outlet outlet(SipProvider provider, Trunk trunk, InetAddress peer, Transport transport) {
        return outlet(point(provider), trunk, peer, transport);
    }

    private Point point(SipProvider provider) {
        return points.stream()
                .filter(each -> each.provider().equals(provider))
                .findFirst()
                .orElseGet(points::getFirst);
    }

    private Outlet outlet(Point point, Trunk trunk, InetAddress peer, Transport transport) {
        InetAddress local = point.address().isAnyLocalAddress() ? Outlet.towards(peer) : point.address();
        if (publicAddress != null && publicAddress.standsFor(local, peer)) {
            return new Outlet(point.provider(), local, publicAddress.host(), point.port(transport), null);
        }
        Reflexive seen = sights.get(new Sight(trunk.name(), transport));
        return seen == null || seen.address().getClass() != local.getClass()
                ? new Outlet(point.provider(), local, Outlet.inUri(local), point.port(transport), null)
                : new Outlet(point.provider(), local, Outlet.inUri(seen.address()), seen.port(), seen.address());
    }

    /// Keeps how a peer sees us, if that is not how we see ourselves, and nobody has said how it should be.
    ///
    /// @return whether something is new, so that the peer has to be told
    boolean learn(Trunk trunk, Transport transport, Outlet outlet, Reflexive seen) {
        if (publicAddress != null && publicAddress.host().equals(outlet.host())) {
            return false;
        }
        // Every connection has a port of its own, which says nothing about NAT.
        boolean elsewhere = !seen.address().equals(outlet.local())
                || (!transport.isStream()
                        && seen.port() != point(outlet.provider()).port())
                || (transport == Transport.TLS && tls != null && tls.server().isEmpty());
        var sight = new Sight(trunk.name(), transport);
        Reflexive before = elsewhere ? sights.put(sight, seen) : sights.remove(sight);
        boolean news = elsewhere ? !seen.equals(before) : before != null;
        if (news) {
            log.info(
                    "trunk {} sees us as {}",
                    trunk,
                    elsewhere ? seen : outlet.local().getHostAddress());
        }
        return news;
    }

    /// Whether a Via could be ours: whether somebody who answers to it reaches us.
    boolean isOurs(String host, int port) {
        if (sights.values().stream()
                .anyMatch(seen ->
                        seen.port() == port && Outlet.inUri(seen.address()).equals(host))) {
            return true;
        }
        List<Point> candidates = points.stream()
                .filter(point -> point.port() == port || point.tlsPort() == port)
                .toList();
        if (publicAddress != null && publicAddress.host().equalsIgnoreCase(host)) {
            return !candidates.isEmpty();
        }
        return candidates.stream()
                .anyMatch(point -> point.address().isAnyLocalAddress()
                        ? isLocal(host)
                        : Outlet.inUri(point.address()).equals(host));
    }

    private static boolean isLocal(String host) {
        String bare = host.replaceAll("[\\[\\]]", "");
        try {
            return AddressRange.isLiteral(bare)
                    && NetworkInterface.getByInetAddress(InetAddress.ofLiteral(bare)) != null;
        } catch (SocketException | IllegalArgumentException _) {
            return false;
        }
    }

    /// Where TLS is listened on; 0: nowhere.
    int tlsPort() {
        return tls == null || tls.server().isEmpty() ? 0 : points.getFirst().tlsPort();
    }

    List<Point> points() {
        return List.copyOf(points);
    }

    /// Does something once, on the timer's thread: it must not block. Nothing is done after [#stop].
    Future<?> after(Duration delay, Runnable task) {
        return schedule(() -> timers.schedule(guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS));
    }

    /// The same again and again.
    Future<?> every(Duration interval, Runnable task) {
        long millis = interval.toMillis();
        return schedule(() -> timers.scheduleAtFixedRate(guarded(task), millis, millis, TimeUnit.MILLISECONDS));
    }

    private static Future<?> schedule(Supplier<Future<?>> timer) {
        try {
            return timer.get();
        } catch (RejectedExecutionException _) {
            return CompletableFuture.completedFuture(null);
        }
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException bug) {
                log.error("a timer's task failed", bug);
            }
        };
    }

    boolean stopped() {
        return timers.isShutdown();
    }

    /// May be called in any state, and more than once.
    void stop() {
        timers.shutdownNow();
        SipStackImpl running = stack;
        stack = null;
        if (running != null) {
            try {
                running.stop();
            } catch (RuntimeException e) {
                // It throws when it is stopped within milliseconds of its start.
                log.debug("the stack did not stop in good order", e);
            }
            // It is no daemon, and does not end by itself.
            scanners.forEach(Thread::interrupt);
        }
        StackParts.remove(key);
    }
}
