package dev.callbridge.matrix;

import dev.callbridge.bridge.RelayLender;
import dev.callbridge.bridge.RelayServer;
import dev.callbridge.matrix.client.HomeserverClient;
import dev.callbridge.matrix.client.MatrixException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// The TURN servers that the homeserver tells its users of (Client-Server API, `GET /voip/turnServer`), with
/// credentials that last for hours; asked as the bot, and again before they expire.
final class HomeserverRelays implements RelayLender {

    private static final Logger log = LoggerFactory.getLogger(HomeserverRelays.class);

    /// A call waits for it.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /// After which one that has none, or does not answer, is asked again.
    private static final Duration PAUSE = Duration.ofMinutes(5);

    /// What was answered.
    ///
    /// @param stale when to ask again
    private record Known(List<RelayServer> servers, Instant stale) {}

    private final HomeserverClient homeserver;
    private final String bot;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Known known;
    private @Nullable CompletableFuture<Known> asking;

    HomeserverRelays(HomeserverClient homeserver, String bot, InstantSource clock) {
        this.homeserver = homeserver;
        this.bot = bot;
        this.clock = clock;
    }

    @Override
    public List<RelayServer> relays() {
        CompletableFuture<Known> answer;
        lock.lock();
        try {
            if (known != null && clock.instant().isBefore(known.stale)) {
                return known.servers;
            }
            if (asking == null) {
                asking = new CompletableFuture<>();
                Thread.ofVirtual().name("turn-servers").start(this::ask);
            }
            answer = asking;
        } finally {
            lock.unlock();
        }
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).servers;
        } catch (TimeoutException | ExecutionException _) {
            return List.of();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private void ask() {
        Known now;
        try {
            now = read(homeserver.turnServer(bot));
        } catch (MatrixException | RuntimeException e) {
            log.info("the homeserver names no TURN server: {}", e.getMessage());
            now = new Known(List.of(), clock.instant().plus(PAUSE));
        }
        CompletableFuture<Known> waiting;
        lock.lock();
        try {
            known = now;
            waiting = asking;
            asking = null;
        } finally {
            lock.unlock();
        }
        if (waiting != null) {
            waiting.complete(now);
        }
    }

    private Known read(JsonNode answer) {
        String user = answer.path("username").asString("");
        String password = answer.path("password").asString("");
        List<RelayServer> servers = answer.path("uris")
                .valueStream()
                .map(uri -> uri.asString(""))
                .filter(RelayServer::isOverUdp)
                .map(uri -> new RelayServer(uri, user, password))
                .toList();
        Duration life =
                Duration.ofSeconds(answer.path("ttl").asLong(0)).multipliedBy(9).dividedBy(10);
        return new Known(servers, clock.instant().plus(servers.isEmpty() || life.isZero() ? PAUSE : life));
    }
}
