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
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
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
    record Point(InetAddress address, int port, SipProvider provider) {

        @Override
        public String toString() {
            return Outlet.inUri(address) + ":" + port;
        }
    }

    private final List<HostPort> listen;
    private final @Nullable PublicAddress publicAddress;
    private final Admission admission;
    private final String key = Ids.random(12);
    private final List<Point> points = new ArrayList<>();
    private final Set<Thread> scanners = new HashSet<>();
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("sip-timers").daemon().factory());
    private @Nullable SipStackImpl stack;

    /// @param publicAddress how peers reach us behind 1:1 NAT; null: as they see us
    SipStackHost(List<HostPort> listen, @Nullable PublicAddress publicAddress, Admission admission) {
        this.listen = listen;
        this.publicAddress = publicAddress;
        this.admission = admission;
    }

    /// @throws SettingException if an address can't be listened on
    void start(StackListener listener) {
        Jain.prepare();
        StackParts.put(key, new StackParts(admission));
        BIRTH.lock();
        try {
            Set<Thread> before = scannerThreads();
            var created = new SipStackImpl(properties());
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

    private static Point open(SipStackImpl stack, HostPort written, StackListener listener) {
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
                return new Point(address, port, provider);
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

    private Properties properties() {
        var properties = new Properties();
        properties.setProperty(StackParts.KEY, key);
        properties.setProperty("javax.sip.STACK_NAME", "callbridge-" + key);
        properties.setProperty("javax.sip.AUTOMATIC_DIALOG_SUPPORT", "off");
        properties.setProperty("javax.sip.ROUTER_PATH", PinnedRouter.class.getName());
        properties.setProperty("javax.sip.USE_ROUTER_FOR_ALL_URIS", "true");
        String prefix = "gov.nist.javax.sip.";
        properties.setProperty(prefix + "STACK_LOGGER", Slf4jStackLogger.class.getName());
        properties.setProperty(prefix + "SERVER_LOGGER", TraceServerLogger.class.getName());
        properties.setProperty(prefix + "NETWORK_LAYER", GuardedNetworkLayer.class.getName());
        properties.setProperty(prefix + "MESSAGE_PARSER_FACTORY", SafeParserFactory.class.getName());
        properties.setProperty(prefix + "SIP_MESSAGE_VALVE", SourceValve.class.getName());
        properties.setProperty(prefix + "REENTRANT_LISTENER", "true");
        // One thread per UDP address keeps messages in order: BYE never overtakes ACK.
        properties.setProperty(prefix + "THREAD_POOL_SIZE", "1");
        // Also the size of the buffer that every queued datagram holds.
        properties.setProperty(prefix + "MAX_MESSAGE_SIZE", "16384");
        properties.setProperty(prefix + "READ_TIMEOUT", "4000");
        properties.setProperty(prefix + "RECEIVE_UDP_BUFFER_SIZE", "4194304");
        properties.setProperty(prefix + "SEND_UDP_BUFFER_SIZE", "4194304");
        properties.setProperty(prefix + "MAX_TX_LIFETIME_INVITE", "300");
        properties.setProperty(prefix + "MAX_TX_LIFETIME_NON_INVITE", "40");
        // Otherwise the second answer of a forked INVITE looks like a repeated one.
        properties.setProperty(prefix + "MAX_FORK_TIME_SECONDS", "32");
        properties.setProperty(prefix + "RELEASE_REFERENCES_STRATEGY", "Normal");
        properties.setProperty(prefix + "THREAD_PRIORITY", "5");
        return properties;
    }

    /// The way to a peer: an address of the same family if there is one.
    Outlet outlet(InetAddress peer) {
        Point point = points.stream()
                .filter(each -> each.address().getClass() == peer.getClass())
                .findFirst()
                .orElseGet(points::getFirst);
        return outlet(point.provider(), peer);
    }

    Outlet outlet(SipProvider provider, InetAddress peer) {
        Point point = points.stream()
                .filter(each -> each.provider().equals(provider))
                .findFirst()
                .orElseGet(points::getFirst);
        InetAddress local = point.address().isAnyLocalAddress() ? Outlet.towards(peer) : point.address();
        String host =
                publicAddress != null && publicAddress.standsFor(local) ? publicAddress.host() : Outlet.inUri(local);
        return new Outlet(point.provider(), local, host, point.port());
    }

    /// Whether a Via could be ours: whether somebody who answers to it reaches us.
    boolean isOurs(String host, int port) {
        List<Point> candidates =
                points.stream().filter(point -> point.port() == port).toList();
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
