package dev.callbridge.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.callbridge.bridge.RelayServer;
import dev.callbridge.matrix.client.HomeserverClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HomeserverRelaysTest {

    private static final String SERVERS = """
            {"username": "1443779631:@bot:example.org", "password": "secret", "ttl": 1000,
             "uris": ["turn:turn.example.org:3478?transport=udp", "turn:turn.example.org?transport=tcp",
                      "turns:turn.example.org", "turn:turn.example.org"]}
            """;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private HomeserverClient client;
    private HomeserverRelays relays;
    private volatile Instant now = Instant.EPOCH;
    private volatile String answer = SERVERS;
    private volatile int status = 200;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().toString());
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        client = new HomeserverClient(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "token");
        relays = new HomeserverRelays(client, "@bot:example.org", () -> now);
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    @Test
    void knowsThoseThatAreAskedOverUdp() {
        String user = "1443779631:@bot:example.org";

        assertThat(relays.relays())
                .containsExactly(
                        new RelayServer("turn:turn.example.org:3478?transport=udp", user, "secret"),
                        new RelayServer("turn:turn.example.org", user, "secret"));
        assertThat(asked).containsExactly("/_matrix/client/v3/voip/turnServer?user_id=%40bot%3Aexample.org");
    }

    @Test
    void asksAgainBeforeTheCredentialsExpire() {
        assertThat(relays.relays()).hasSize(2);
        now = now.plus(Duration.ofSeconds(899));
        assertThat(relays.relays()).hasSize(2);
        assertThat(asked).hasSize(1);

        now = now.plus(Duration.ofSeconds(2));
        answer = "{}";

        assertThat(relays.relays()).isEmpty();
        assertThat(asked).hasSize(2);
    }

    @Test
    void leavesAHomeserverAloneThatHasNone() {
        status = 404;
        assertThat(relays.relays()).isEmpty();
        status = 200;
        assertThat(relays.relays()).isEmpty();
        assertThat(asked).hasSize(1);

        now = now.plus(Duration.ofMinutes(6));

        assertThat(relays.relays()).hasSize(2);
    }
}
