package dev.callbridge.media.transport;

import dev.callbridge.bridge.Addresses;
import dev.callbridge.bridge.RelayServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Borrows addresses from TURN servers. One that failed is not asked again for a while, so that only one call waits for
/// it.
final class Relays {

    private static final Logger log = LoggerFactory.getLogger(Relays.class);

    private static final Duration REST = Duration.ofMinutes(1);

    private final Shard shard;
    private final StunDesk desk;
    /// Until when a server rests, by its URI.
    private final Map<String, Long> resting = new ConcurrentHashMap<>();

    Relays(Shard shard, StunDesk desk) {
        this.shard = shard;
        this.desk = desk;
    }

    /// Asks one after the other.
    ///
    /// @param local our own addresses, best first
    Optional<RelayPort> borrow(List<RelayServer> lenders, List<InetAddress> local) {
        for (RelayServer lender : lenders) {
            if (RelayServer.isOverUdp(lender.uri()) && !rests(lender)) {
                try {
                    return Optional.of(borrow(lender, local));
                } catch (IOException e) {
                    log.warn("no relay from {}: {}", lender.uri(), e.getMessage());
                    resting.put(lender.uri(), System.nanoTime() + REST.toNanos());
                }
            }
        }
        return Optional.empty();
    }

    private boolean rests(RelayServer lender) {
        Long until = resting.get(lender.uri());
        return until != null && System.nanoTime() - until < 0;
    }

    private RelayPort borrow(RelayServer lender, List<InetAddress> local) throws IOException {
        for (InetAddress server : InetAddress.getAllByName(lender.host())) {
            Optional<InetAddress> from = local.stream()
                    .filter(address -> Addresses.areOfOneVersion(address, server))
                    .filter(address -> server.isLoopbackAddress() || !address.isLoopbackAddress())
                    .findFirst();
            if (from.isPresent()) {
                return RelayPort.open(shard, desk, lender, from.get(), new InetSocketAddress(server, lender.port()));
            }
        }
        throw new UnknownHostException("none of our addresses reaches it");
    }
}
