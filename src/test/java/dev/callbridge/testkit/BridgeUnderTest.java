package dev.callbridge.testkit;

import dev.callbridge.CallbridgeApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// The whole bridge in this process, on free ports of the loopback address, with a real database of its own.
///
/// Ports and tokens are known before it starts, so that peers can be told them; set what a test needs, then [#start];
/// or start it as a process of its own, with a database of its own, by [BridgeProcess].
public final class BridgeUnderTest implements AutoCloseable {

    public static final String AS_TOKEN = FakeHomeserver.AS_TOKEN;
    public static final String HS_TOKEN = FakeHomeserver.HS_TOKEN;

    private final TestDatabase database;
    private final String serverName;
    private final int httpPort = FreePort.onLoopback();
    private final int sipPort = FreePort.onLoopback();
    private final Path registration;
    private final Map<String, Object> settings = new LinkedHashMap<>();
    private @Nullable ConfigurableApplicationContext context;

    /// @param directory where the registration file is written
    public BridgeUnderTest(Path directory, String serverName) {
        this(directory, serverName, new TestDatabase());
    }

    /// @param directory where the registration file is written
    public BridgeUnderTest(Path directory, String serverName, TestDatabase database) {
        this.database = database;
        this.serverName = serverName;
        this.registration = directory.resolve("registration.yaml");
        writeRegistration();
        int rtp = 20_000 + 2 * ThreadLocalRandom.current().nextInt(5_000);
        with("server.address", "127.0.0.1");
        with("server.port", httpPort);
        with("callbridge.homeserver.name", serverName);
        with("callbridge.registration", registration);
        with("callbridge.dialplan.region", "DE");
        with("callbridge.sip.listen", "127.0.0.1:" + sipPort);
        with("callbridge.media.listen", "127.0.0.1");
        with("callbridge.media.webrtc-port", 0);
        with("callbridge.media.rtp-ports", rtp + "-" + (rtp + 999));
        with("logging.level.callbridge.ladder", "info");
    }

    private void writeRegistration() {
        try {
            Files.writeString(
                    registration, """
                    id: callbridge
                    url: http://127.0.0.1:%d
                    as_token: %s
                    hs_token: %s
                    sender_localpart: _sip_bot
                    rate_limited: false
                    receive_ephemeral: true
                    protocols: [m.protocol.pstn, im.vector.protocol.pstn]
                    namespaces:
                      users:
                        - exclusive: true
                          regex: '@_sip_.*:%s'
                      aliases: []
                      rooms: []
                    """.formatted(httpPort, AS_TOKEN, HS_TOKEN, serverName.replace(".", "\\.")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public BridgeUnderTest with(String setting, Object value) {
        settings.put(setting, value);
        return this;
    }

    /// A trunk that needs no login, at a loopback port.
    public BridgeUnderTest trunk(String name, int port) {
        return with("callbridge.trunks." + name + ".peer", "127.0.0.1:" + port);
    }

    /// Numbers that begin with `prefix` go to `trunk`; in the order in which this is called.
    public BridgeUnderTest route(String prefix, String trunk) {
        long count = settings.keySet().stream()
                .filter(name -> name.endsWith("].prefix"))
                .count();
        String route = "callbridge.dialplan.routes[" + count + "]";
        return with(route + ".prefix", prefix).with(route + ".trunk", trunk);
    }

    /// Who rings when `number` is dialled from outside.
    public BridgeUnderTest number(String number, String user) {
        return with("callbridge.dialplan.numbers[" + number + "]", user);
    }

    public BridgeUnderTest start(URI homeserver) {
        settings.putIfAbsent("spring.datasource.url", database.url());
        context = new SpringApplicationBuilder(CallbridgeApplication.class)
                .web(WebApplicationType.SERVLET)
                .registerShutdownHook(false)
                .run(arguments(homeserver).toArray(String[]::new));
        return this;
    }

    /// All settings as arguments of the program.
    List<String> arguments(URI homeserver) {
        with("callbridge.homeserver.url", homeserver);
        return settings.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toList();
    }

    public Path registration() {
        return registration;
    }

    public TestDatabase database() {
        return database;
    }

    /// Where the homeserver pushes transactions.
    public URI url() {
        return URI.create("http://127.0.0.1:" + httpPort);
    }

    public int sipPort() {
        return sipPort;
    }

    /// A part of the running bridge.
    public <T> T bean(Class<T> type) {
        if (context == null) {
            throw new IllegalStateException("not started");
        }
        return context.getBean(type);
    }

    @Override
    public void close() {
        if (context != null) {
            context.close();
            context = null;
        }
    }
}
