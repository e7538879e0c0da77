package dev.callbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.testkit.FakeCall;
import dev.callbridge.testkit.FakeHomeserver;
import dev.callbridge.testkit.FakeUser;
import dev.callbridge.testkit.FreePort;
import dev.callbridge.testkit.Program;
import dev.callbridge.testkit.Softphone;
import dev.callbridge.testkit.SoftphoneCall;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The jar as `bin/callbridge run` starts it, with a PostgreSQL of its own.
@Timeout(180)
class RunIT {

    static final String SERVER = "run.test";
    static final String GHOST = "@_sip_4930901820:" + SERVER;
    static final Duration START = Duration.ofSeconds(60);
    static final Duration SOON = Duration.ofSeconds(15);

    @TempDir
    Path directory;

    final FakeHomeserver homeserver = new FakeHomeserver(SERVER);
    final Softphone phone = new Softphone("127.0.0.1");
    final FakeUser alice = homeserver.user("@alice:" + SERVER);
    final int web = FreePort.onLoopback();

    @BeforeEach
    void write() throws IOException {
        Path config = Files.createDirectories(directory.resolve("config"));
        Files.writeString(config.resolve("registration.yaml"), """
                id: callbridge
                url: http://127.0.0.1:%d
                as_token: %s
                hs_token: %s
                sender_localpart: _sip_bot
                namespaces: { users: [ { exclusive: true, regex: '@_sip_.*:run\\.test' } ] }
                """.formatted(
                        web, FakeHomeserver.AS_TOKEN, FakeHomeserver.HS_TOKEN));
        Files.writeString(
                config.resolve("callbridge.yaml"), """
                server: { address: 127.0.0.1, port: %d }
                callbridge:
                  homeserver: { name: %s, url: "%s" }
                  trunks: { phone: { peer: "%s" } }
                  dialplan: { routes: [ { prefix: "+", trunk: phone } ] }
                  sip: { listen: "127.0.0.1:0" }
                  media: { listen: 127.0.0.1, webrtc-port: 0, rtp-ports: 32000-32099 }
                """.formatted(web, SERVER, homeserver.url(), phone.hostPort()));
        homeserver.connect(URI.create("http://127.0.0.1:" + web));
    }

    @AfterEach
    void close() {
        phone.close();
        homeserver.close();
    }

    private Program run() {
        return new Program(directory, Program.bin("callbridge"), "run");
    }

    @Test
    void saysWhereItListensAndWhoIsThereAndEndsWhenAsked() throws InterruptedException {
        try (var bridge = run()) {
            bridge.line("The bridge is up", START);

            assertThat(bridge.text())
                    .contains("Media listens on 127.0.0.1:")
                    .contains("Media uses UDP ports 32000-32099 towards trunks")
                    .contains("SIP listens on 127.0.0.1:")
                    .contains("Trunk phone (" + phone.hostPort() + ", udp): up")
                    .contains("The homeserver at " + homeserver.url() + " reaches the bridge")
                    .contains("PostgreSQL runs inside, in " + directory.resolve("data/postgres"))
                    .doesNotContain(FakeHomeserver.AS_TOKEN)
                    .doesNotContain(" WARN ")
                    .doesNotContain(" ERROR ");
            assertThat(bridge.lines()).hasSizeLessThan(12);

            bridge.stop();

            assertThat(bridge.exitCode(SOON)).isIn(0, 143);
            assertThat(bridge.alive()).isEmpty();
        }
    }

    @Test
    void saysThatAnotherBridgeHasTheDirectory() throws InterruptedException {
        try (var first = run()) {
            first.line("The bridge is up", START);
            try (var second = run()) {
                assertThat(second.exitCode(START)).isEqualTo(1);
                assertThat(second.text())
                        .contains("The bridge does not start. callbridge.data-dir is")
                        .contains("another bridge runs there");
            }
        }
    }

    @Test
    void aCallThatIsOpenWhenItIsAskedToEndIsHungUpAndWrittenDown() throws InterruptedException, IOException {
        try (var bridge = run()) {
            bridge.line("The bridge is up", START);
            dial(alice.dm(GHOST)).ring();

            bridge.stop();

            assertThat(bridge.exitCode(SOON)).isIn(0, 143);
            assertThat(phone.received("CANCEL")).as(bridge.text()).isNotEmpty();
        }
        try (var bridge = run()) {
            bridge.line("The bridge is up", START);
            assertThat(bridge.text()).doesNotContain("left open");
        }
    }

    @Test
    void startsAgainAfterItWasKilledAndDialsNothingTwice() throws InterruptedException, IOException {
        String room;
        try (var first = run()) {
            first.line("The bridge is up", START);
            room = alice.dm(GHOST);
            dial(room).ring();

            first.kill();
            first.exitCode(SOON);
            assertThat(first.alive()).as("its PostgreSQL lives on").isNotEmpty();

            try (var second = run()) {
                second.line("The bridge is up", START);

                assertThat(second.text())
                        .contains("the PostgreSQL of a former run still lives")
                        .containsPattern("call \\S+ of \\S+ was left open by a former run"
                                + " \\(not answered, 1 INVITEs sent\\); closed now");
                assertThat(homeserver.repeatLastTransaction()).isEqualTo(200);
                assertThat(phone.isLeftAlone(Duration.ofSeconds(3))).isTrue();

                dial(room).ring();
                second.stop();
                assertThat(second.exitCode(SOON)).isIn(0, 143);
                assertThat(second.alive()).isEmpty();
            }
            await().atMost(SOON).untilAsserted(() -> assertThat(first.alive()).isEmpty());
        }
    }

    private SoftphoneCall dial(String room) throws IOException {
        FakeCall _ = alice.calls(room, Files.readString(Path.of("src/test/resources/sdp/matrix-js-sdk-43-offer.sdp")));
        return phone.expectInvite();
    }
}
