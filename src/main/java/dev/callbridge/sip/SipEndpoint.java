package dev.callbridge.sip;

import dev.callbridge.bridge.Announcement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// The SIP connector as Spring sees it: starts and stops the stack and its probes, and says where it listens.
final class SipEndpoint implements SmartLifecycle, Announcement {

    private static final Logger log = LoggerFactory.getLogger(SipEndpoint.class);
    private static final Duration LOOK_UP = Duration.ofSeconds(30);
    private static final Duration FIRST_PROBE = Duration.ofSeconds(5);
    private static final Duration GOODBYE = Duration.ofSeconds(3);
    private static final Duration LIVENESS = Duration.ofSeconds(10);

    private final SipStackHost host;
    private final StackListener listener;
    private final Trunks trunks;
    private final Admission admission;
    private final Runnable deaf;
    private final Map<Trunk, List<Registrant>> registrants = new ConcurrentHashMap<>();
    private volatile boolean running;

    /// @param deaf ends the process when the stack does not hear any more
    SipEndpoint(SipStackHost host, StackListener listener, Trunks trunks, Admission admission, Runnable deaf) {
        this.host = host;
        this.listener = listener;
        this.trunks = trunks;
        this.admission = admission;
        this.deaf = deaf;
    }

    @Override
    public void start() {
        trunks.resolve();
        trunks.all().stream()
                .filter(trunk -> trunk.targets().isEmpty())
                .forEach(trunk -> log.warn("trunk {} has an unknown host: {}", trunk, trunk.peer()));
        host.start(listener);
        var _ = host.every(LOOK_UP, () -> Thread.ofVirtual().name("sip-look-up").start(trunks::resolve));
        for (Trunk trunk : trunks.all()) {
            List<Registrant> accounts = trunk.registers()
                    ? trunk.accounts().stream()
                            .map(account -> new Registrant(trunk, account, host, trunks::find))
                            .toList()
                    : List.of();
            registrants.put(trunk, accounts);
            trunk.whenMoved(knows -> accounts.stream()
                    .filter(each -> !knows.equals(Optional.of(each.account())))
                    .forEach(Registrant::moved));
            accounts.forEach(Registrant::start);
            new TrunkProbe(trunk, host).start();
        }
        new LivenessProbe(host, admission, LIVENESS, deaf).start();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        CompletableFuture<?>[] goodbyes = registrants.values().stream()
                .flatMap(List::stream)
                .map(Registrant::stop)
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(goodbyes)
                .completeOnTimeout(null, GOODBYE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        host.stop();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /// Stopped after the registry, whose calls still have to say goodbye, and so started before it; until the registry
    /// runs, calls are refused.
    @Override
    public int getPhase() {
        return SmartLifecycle.DEFAULT_PHASE - 200;
    }

    /// Waits for what the trunks say to the first probe.
    @Override
    public List<String> lines() {
        String where = host.points().stream().map(Object::toString).collect(Collectors.joining(", "));
        String tls = host.tlsPort() == 0 ? "" : ", TLS on " + host.tlsPort();
        return Stream.concat(
                        Stream.of("SIP listens on " + where + " (UDP, TCP" + tls + ")"),
                        trunks.all().stream()
                                .map(trunk -> "Trunk " + trunk + " (" + trunk.peer() + "): " + situation(trunk)))
                .toList();
    }

    private String situation(Trunk trunk) {
        if (trunk.targets().isEmpty()) {
            return "its host is unknown here";
        }
        String health = health(trunk);
        return trunk.registers() ? health + ", " + registration(trunk) : health;
    }

    private static String health(Trunk trunk) {
        if (!trunk.probe().isPositive()) {
            return "not asked (probe: 0s)";
        }
        boolean answered = trunk.probed()
                .copy()
                .completeOnTimeout(false, FIRST_PROBE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        return answered ? trunk.health().toString() : "does not answer";
    }

    private String registration(Trunk trunk) {
        registrants
                .getOrDefault(trunk, List.of())
                .forEach(each -> each.decided()
                        .copy()
                        .completeOnTimeout(null, FIRST_PROBE.toMillis(), TimeUnit.MILLISECONDS)
                        .join());
        List<Account> accounts = trunk.accounts();
        if (accounts.size() == 1) {
            return accounts.getFirst().standing().toString();
        }
        return accounts.stream()
                .map(account -> account + " " + account.standing())
                .collect(Collectors.joining(", "));
    }

    /// The addresses that are really listened on.
    List<SipStackHost.Point> points() {
        return host.points();
    }
}
