package dev.callbridge.media.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.RelayServer;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class TurnClientTest {

    private static final int FORBIDDEN = 403;
    private static final int STALE_NONCE = 438;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CountDownLatch ended = new CountDownLatch(1);
    private final TurnClient client =
            new TurnClient(new RelayServer("turn:192.0.2.1:3478", "user", "secret"), this::serve, ended::countDown);

    /// For which the server lends an address: two seconds, so that it is renewed every second.
    private volatile int lifetime = 2;

    private final List<InetAddress> permitted = new CopyOnWriteArrayList<>();
    private final Set<InetAddress> forbidden = ConcurrentHashMap.newKeySet();
    private final List<Integer> lifetimes = new CopyOnWriteArrayList<>();
    private final AtomicInteger unheard = new AtomicInteger();
    private volatile String nonce = "first";
    private volatile boolean silent;

    private void serve(byte[] bytes) throws IOException {
        TurnMessage request = TurnMessage.read(bytes).orElseThrow();
        if (silent) {
            unheard.incrementAndGet();
            return;
        }
        String known = request.value(TurnMessage.NONCE).map(String::new).orElse("");
        if (!known.equals(nonce)) {
            answer(error(request, STALE_NONCE).with(TurnMessage.REALM, "here").with(TurnMessage.NONCE, nonce));
            return;
        }
        Optional<InetAddress> peer = request.address(TurnMessage.PEER_ADDRESS).map(address -> address.getAddress());
        if (peer.filter(forbidden::contains).isPresent()) {
            answer(error(request, FORBIDDEN));
            return;
        }
        peer.ifPresent(permitted::add);
        if (request.type() == TurnMessage.REFRESH) {
            lifetimes.add(request.number(TurnMessage.LIFETIME).orElse(-1));
        }
        answer(answer(request, TurnMessage.SUCCESS).withNumber(TurnMessage.LIFETIME, lifetime));
    }

    private static TurnMessage answer(TurnMessage request, int kind) {
        return TurnMessage.request(request.type() | kind, request.transaction().array());
    }

    private static TurnMessage error(TurnMessage request, int code) {
        return answer(request, TurnMessage.ERROR)
                .with(TurnMessage.ERROR_CODE, (byte) 0, (byte) 0, (byte) (code / 100), (byte) (code % 100));
    }

    private void answer(TurnMessage message) {
        client.received(TurnMessage.read(message.bytes()).orElseThrow());
    }

    private static InetAddress peer(int number) {
        return InetAddress.ofLiteral("198.51.100." + number);
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void aPeerThatTheServerForbidsKeepsNoOtherFromBeingRenewed() throws IOException {
        TurnMessage _ = client.allocate();
        for (int i = 1; i <= 20; i++) {
            if (i % 2 == 0) {
                forbidden.add(peer(i));
            }
            client.permit(peer(i));
        }
        await().atMost(PATIENCE).until(() -> permitted.size() >= 10);
        permitted.clear();

        await().atMost(PATIENCE).untilAsserted(() -> {
            for (int i = 1; i <= 20; i += 2) {
                assertThat(permitted).contains(peer(i));
            }
        });
    }

    @Test
    void aPeerThatTheServerDidNotHearOfIsToldAgainSoon() throws IOException {
        lifetime = 600;
        TurnMessage _ = client.allocate();
        silent = true;
        client.permit(peer(1));
        await().atMost(PATIENCE).until(() -> unheard.get() == 3);
        silent = false;

        await().atMost(PATIENCE).until(() -> permitted.contains(peer(1)));
    }

    @Test
    void ofManyPeersTheLastCount() throws IOException {
        TurnMessage _ = client.allocate();
        for (int i = 1; i <= 60; i++) {
            client.permit(peer(i));
        }
        await().atMost(PATIENCE).until(() -> permitted.contains(peer(60)));
        permitted.clear();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Set.copyOf(permitted))
                        .hasSize(TurnClient.MAX_PERMISSIONS)
                        .doesNotContain(peer(1)));
    }

    @Test
    void anAddressIsGivenBackEvenIfTheNonceIsStaleByThen() throws IOException, InterruptedException {
        TurnMessage _ = client.allocate();
        nonce = "second";

        client.close();

        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(lifetimes).endsWith(0);
    }
}
