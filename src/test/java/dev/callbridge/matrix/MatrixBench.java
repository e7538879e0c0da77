package dev.callbridge.matrix;

import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.CallJournal;
import dev.callbridge.bridge.CallRegistry;
import dev.callbridge.bridge.MediaPlane;
import dev.callbridge.call.LegId;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.call.MediaEvent;
import dev.callbridge.call.Sdp;
import dev.callbridge.call.Trouble;
import dev.callbridge.matrix.appservice.AppserviceController;
import dev.callbridge.store.GhostRepository;
import dev.callbridge.store.PortalRepository;
import dev.callbridge.store.TransactionRepository;
import dev.callbridge.testkit.FakeHomeserver;
import dev.callbridge.testkit.SilentJournal;
import dev.callbridge.testkit.TestDatabase;
import dev.callbridge.testkit.WillingMedia;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;

/// The Matrix connector as it runs, between a [FakeHomeserver], a real database and [FakePhones].
final class MatrixBench implements AutoCloseable {

    static final String SERVER = "example.org";
    /// What the media of these tests describes us with.
    static final String STREAM = "bridge-stream";

    static final String OUR_SDP = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 8\r\n"
            + "c=IN IP4 0.0.0.0\r\na=msid:" + STREAM + " audio-track\r\n";
    static final String ALICES_SDP = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 8\r\na=msid:alice track\r\n";

    /// What the media of one call notices.
    ///
    /// @param asked what its call wanted of it so far
    record Heard(String callId, Consumer<MediaEvent> events, List<MediaCommand> asked) {

        /// @param role of the leg that was told what is not true any more
        void outdated(String role) {
            events.accept(new MediaEvent.Outdated(new LegId(callId, role)));
        }

        /// @param role of the leg that is not heard
        void disturbed(String role, Trouble trouble) {
            events.accept(new MediaEvent.Disturbed(new LegId(callId, role), trouble));
        }
    }

    @EnableAutoConfiguration
    @ComponentScan("dev.callbridge.bridge")
    @ConfigurationPropertiesScan("dev.callbridge.bridge")
    @Import({
        MatrixConfiguration.class,
        AppserviceController.class,
        GhostRepository.class,
        PortalRepository.class,
        TransactionRepository.class
    })
    static class Bridge {

        private final List<Heard> sessions = new CopyOnWriteArrayList<>();

        @Bean
        FakePhones phones() {
            return new FakePhones();
        }

        @Bean
        MediaPlane media() {
            return (callId, _, events) -> {
                List<MediaCommand> asked = new CopyOnWriteArrayList<>();
                sessions.add(new Heard(callId, events, asked));
                var willing = new WillingMedia(new Sdp(OUR_SDP), new Sdp(OUR_SDP), events);
                return command -> {
                    asked.add(command);
                    willing.perform(command);
                };
            };
        }

        @Bean
        CallJournal journal() {
            return new SilentJournal();
        }
    }

    final FakeHomeserver homeserver;
    final ConfigurableApplicationContext context;
    final FakePhones phones;
    final CallRegistry registry;

    /// Starts, and waits until the homeserver reaches it.
    MatrixBench(FakeHomeserver homeserver, TestDatabase database, Path directory, String... settings) {
        this.homeserver = homeserver;
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.main.banner-mode=off",
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.datasource.url=" + database.url(),
                "--callbridge.registration=" + registration(directory),
                "--callbridge.homeserver.name=" + SERVER,
                "--callbridge.homeserver.url=" + homeserver.url(),
                "--callbridge.limits.calls-per-user=5",
                "--callbridge.dialplan.routes[0].prefix=+",
                "--callbridge.dialplan.routes[0].trunk=carrier",
                "--callbridge.dialplan.routes[1].prefix=7",
                "--callbridge.dialplan.routes[1].trunk=pbx"));
        arguments.addAll(List.of(settings));
        context = new SpringApplicationBuilder(Bridge.class).run(arguments.toArray(String[]::new));
        phones = context.getBean(FakePhones.class);
        registry = context.getBean(CallRegistry.class);
        homeserver.connect(url());
        await().atMost(Duration.ofSeconds(10))
                .until(() -> homeserver.registered().contains("@_sip_bot:" + SERVER));
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
    }

    /// The media of the call that was opened last.
    Heard lastMedia() {
        return context.getBean(Bridge.class).sessions.getLast();
    }

    private static Path registration(Path directory) {
        Path file = directory.resolve("registration.yaml");
        String content = RegistrationCommand.content(
                "http://127.0.0.1:1", SERVER, FakeHomeserver.AS_TOKEN, FakeHomeserver.HS_TOKEN);
        try {
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        homeserver.disconnect();
        context.close();
    }
}
