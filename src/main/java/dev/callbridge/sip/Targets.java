package dev.callbridge.sip;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The servers of a trunk, and which of them are better left alone for a while.
///
/// ## Threads
/// Any. Names are resolved by [#resolve] only, so that nothing else ever waits for DNS.
final class Targets {

    private record Listed(Target target, int priority, int weight) {}

    private final Peer peer;
    private final RandomGenerator random;
    private final LongSupplier nanos;
    private final Map<Target, Long> restUntil = new ConcurrentHashMap<>();
    private volatile List<Listed> listed = List.of();
    private volatile @Nullable Target favourite;

    /// @param random draws among servers of the same priority
    /// @param nanos the clock, as of `System.nanoTime`
    Targets(Peer peer, RandomGenerator random, LongSupplier nanos) {
        this.peer = peer;
        this.random = random;
        this.nanos = nanos;
    }

    /// Looks all names up again. May block on DNS. A name server that is down for a while takes nobody's address away.
    void resolve(Names names) {
        List<Listed> found = new ArrayList<>();
        Transport transport = peer.transport();
        HostPort address = peer.address();
        if (!peer.exact() && address.host().contains(".")) {
            for (Names.Service service : names.services(transport.service() + address.host())) {
                for (InetAddress each : names.addresses(service.host())) {
                    found.add(new Listed(
                            new Target(each, service.port(), transport), service.priority(), service.weight()));
                }
            }
        }
        if (found.isEmpty()) {
            for (InetAddress each : names.addresses(address.host())) {
                found.add(new Listed(new Target(each, address.port(), transport), found.size(), 0));
            }
        }
        if (!found.isEmpty()) {
            listed = List.copyOf(found);
            restUntil.keySet().retainAll(found.stream().map(Listed::target).toList());
        }
    }

    /// In the order in which they are tried now: the favourite, then by priority and weight, and those that rest last.
    List<Target> inOrder() {
        List<Target> order = new ArrayList<>(drawn());
        Target first = favourite;
        if (first != null && order.remove(first)) {
            order.addFirst(first);
        }
        order.sort(Comparator.comparing(this::rests));
        return order.stream().distinct().toList();
    }

    /// RFC 2782, "Usage rules": by priority, and within one at random by weight.
    private List<Target> drawn() {
        Map<Integer, List<Listed>> byPriority = new TreeMap<>();
        listed.forEach(each -> byPriority
                .computeIfAbsent(each.priority(), _ -> new ArrayList<>())
                .add(each));
        List<Target> order = new ArrayList<>();
        for (List<Listed> equals : byPriority.values()) {
            while (!equals.isEmpty()) {
                order.add(draw(equals).target());
            }
        }
        return order;
    }

    private Listed draw(List<Listed> equals) {
        int sum = equals.stream().mapToInt(Listed::weight).sum();
        int lot = sum == 0 ? 0 : random.nextInt(sum) + 1;
        for (Listed each : equals) {
            lot -= each.weight();
            if (lot <= 0) {
                equals.remove(each);
                return each;
            }
        }
        return equals.removeFirst();
    }

    /// It failed, or asked to be left alone for a while.
    void rest(Target target, Duration time) {
        restUntil.put(target, nanos.getAsLong() + time.toNanos());
    }

    /// Where we are registered, and so known.
    void favour(@Nullable Target target) {
        favourite = target;
    }

    private boolean rests(Target target) {
        Long until = restUntil.get(target);
        return until != null && until - nanos.getAsLong() > 0;
    }

    /// Whether there is none that is worth trying now.
    boolean allRest() {
        List<Listed> all = listed;
        return !all.isEmpty() && all.stream().map(Listed::target).allMatch(this::rests);
    }

    boolean isEmpty() {
        return listed.isEmpty();
    }

    boolean has(InetAddress address) {
        return listed.stream().anyMatch(each -> each.target().address().equals(address));
    }

    boolean has(InetAddress address, int port) {
        return listed.stream()
                .map(Listed::target)
                .anyMatch(each -> each.port() == port && each.address().equals(address));
    }

    List<InetAddress> addresses() {
        return listed.stream().map(each -> each.target().address()).distinct().toList();
    }
}
