package dev.callbridge.sip;

import dev.callbridge.bridge.CallbridgeProperties;
import dev.callbridge.bridge.SettingException;
import dev.callbridge.dialplan.NumberPlan;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// All trunks of the configuration.
final class Trunks {

    private final Map<String, Trunk> byName = new TreeMap<>();
    private final Names names;

    /// @param bridge what no other bridge is called: the name of its homeserver
    /// @throws SettingException if a value can't be used, or a route names a trunk that is not there
    Trunks(
            TrunksProperties properties,
            String bridge,
            CallbridgeProperties.Dialplan dialplan,
            NumberPlan plan,
            Names names) {
        this.names = names;
        properties
                .trunks()
                .forEach((name, settings) -> byName.put(name, TrunkReader.read(bridge, name, settings, plan)));
        for (var route : dialplan.routes()) {
            if (!byName.containsKey(route.trunk())) {
                throw new SettingException(
                        "callbridge.dialplan.routes.trunk",
                        route.trunk(),
                        "name one of the trunks under callbridge.trunks: " + byName.keySet());
            }
        }
    }

    List<Trunk> all() {
        return List.copyOf(byName.values());
    }

    Optional<Trunk> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /// The trunk that a request from there belongs to. Where two share an address, the account that is called decides,
    /// and then the port.
    ///
    /// @param called the user part of the request URI
    Optional<Trunk> from(InetAddress source, int port, String called) {
        List<Trunk> candidates =
                byName.values().stream().filter(trunk -> trunk.mayCall(source)).toList();
        return first(candidates, trunk -> trunk.account(called).isPresent())
                .or(() -> first(candidates, trunk -> trunk.isPeer(source, port)))
                .or(() -> first(candidates, trunk -> trunk.isPeer(source)))
                .or(() -> first(candidates, _ -> true));
    }

    private static Optional<Trunk> first(List<Trunk> candidates, Predicate<Trunk> fits) {
        return candidates.stream().filter(fits).findFirst();
    }

    boolean mayCall(InetAddress source) {
        return byName.values().stream().anyMatch(trunk -> trunk.mayCall(source));
    }

    boolean isPeer(InetAddress source) {
        return byName.values().stream().anyMatch(trunk -> trunk.isPeer(source));
    }

    /// Where a server is. May block on DNS.
    Optional<Target> find(Peer peer) {
        var targets = new Targets(peer, RandomGenerator.getDefault(), System::nanoTime);
        targets.resolve(names);
        return targets.inOrder().stream().findFirst();
    }

    /// Looks all names up again. May block on DNS.
    void resolve() {
        try (var each = Executors.newVirtualThreadPerTaskExecutor()) {
            byName.values().forEach(trunk -> each.execute(() -> trunk.resolve(names)));
        }
    }
}
