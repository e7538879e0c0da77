package dev.callbridge.media.transport;

import static dev.callbridge.media.transport.BrowserLine.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.RelayServer;
import dev.callbridge.call.Candidates;
import dev.callbridge.sdp.Direction;
import dev.callbridge.testkit.Coturn;
import dev.callbridge.testkit.FreePort;
import dev.callbridge.testkit.Tone;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Browsers that reach us over a TURN server only.
@Timeout(60)
class RelayIT {

    private static final DtlsIdentities IDENTITIES = new DtlsIdentities(InstantSource.system());

    /// Not where the relay is itself, from where all are let through.
    private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("127.0.0.2");

    @TempDir
    private static Path directory;

    private static Coturn coturn;

    private final WebRtcShard home = new WebRtcShard(99);

    /// By [#open].
    @SuppressWarnings("NullAway.Init")
    private BrowserLine far;

    @SuppressWarnings("NullAway.Init")
    private BrowserLine near;

    @BeforeAll
    static void start() {
        WarmUp.run(IDENTITIES);
        coturn = new Coturn(directory);
    }

    @AfterAll
    static void stop() {
        coturn.close();
    }

    @BeforeEach
    void listen() throws IOException {
        home.listen(BrowserLine.LOOPBACK, 0, null);
    }

    @AfterEach
    void close() {
        far.close();
        near.close();
        home.stop();
    }

    private void open(boolean offering, RelayServer lender) {
        far = new BrowserLine(home, IDENTITIES, offering, new Tone(1000), List.of(lender));
        near = new BrowserLine(home, IDENTITIES, false, new Tone(450));
        String _ = near.browserOffers();
    }

    private static String onlyRelayed(String description) {
        String only = description.replaceAll("a=candidate:.* typ host\r\n", "");
        assertThat(only).containsOnlyOnce("a=candidate:").contains(" typ relay raddr 127.0.0.1 rport ");
        return only;
    }

    private void bothHear() {
        far.isReady();
        near.isReady();
        far.talkTo(near);
        near.talkTo(far);
        far.hears(near);
        near.hears(far);
    }

    private void browserOffers() {
        String offer = far.browser.offer();
        assertThat(far.endpoint.meet(read(offer), false)).isTrue();
        far.browser.answered(onlyRelayed(far.endpoint
                .answer(read(offer), BrowserLine.formats(), Direction.SENDRECV)
                .text()));
    }

    @Test
    void aBrowserThatCallsIsHeardOverARelayAndHearsUs() {
        open(false, coturn.server());
        browserOffers();

        bothHear();
    }

    @Test
    void aBrowserThatIsCalledIsHeardOverARelayAndHearsUs() {
        open(true, coturn.server());
        String offer =
                far.endpoint.offer(BrowserLine.formats(), Direction.SENDRECV).text();
        assertThat(far.endpoint.meet(read(far.browser.answer(onlyRelayed(offer))), true))
                .isTrue();

        bothHear();
    }

    @Test
    void aBrowserThatTellsLateWhereItIsIsHeardToo() {
        far = new BrowserLine(home, IDENTITIES, false, new Tone(1000), List.of(coturn.server()), ELSEWHERE);
        near = new BrowserLine(home, IDENTITIES, false, new Tone(450));
        String _ = near.browserOffers();
        String offer = far.browser.offer();
        String candidate = offer.replaceFirst("(?s).*a=(candidate:.* typ host[^\r]*)\r.*", "$1");
        String bare = offer.replaceAll("a=candidate:.*\r\n", "");
        assertThat(far.endpoint.meet(read(bare), false)).isTrue();
        far.browser.answered(onlyRelayed(far.endpoint
                .answer(read(bare), BrowserLine.formats(), Direction.SENDRECV)
                .text()));

        far.endpoint.trickle(new Candidates(List.of(candidate)));

        bothHear();
    }

    @Test
    void iceCanBeRestartedOverARelay() {
        open(false, coturn.server());
        browserOffers();
        bothHear();

        far.browser.restartIce();
        browserOffers();

        far.hearsOn(near);
        near.hearsOn(far);
        assertThat(far.browser.isOnNewWay()).isTrue();
    }

    @Test
    void anAddressIsGivenBackWhenTheCallIsOver() {
        open(false, coturn.server());
        browserOffers();
        bothHear();
        long before = coturn.said("delete: realm");

        far.endpoint.close();

        await().atMost(Duration.ofSeconds(10)).until(() -> coturn.said("delete: realm") > before);
        far.browser.awaitEnd();
    }

    @Test
    void aServerThatRefusesOrIsSilentHoldsUpOneCallForTwoSecondsAndNoMore() {
        var wrong = new RelayServer(coturn.server().uri(), "callbridge", "another secret");
        open(false, wrong);
        String _ = far.browserOffers();
        bothHear();
        far.close();
        near.close();

        var silent = new RelayServer("turn:127.0.0.1:" + FreePort.onLoopback(), "callbridge", "secret");
        long before = System.nanoTime();
        open(false, silent);
        long first = System.nanoTime() - before;
        far.close();
        near.close();
        before = System.nanoTime();
        open(false, silent);
        long second = System.nanoTime() - before;

        assertThat(Duration.ofNanos(first)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(4));
        assertThat(Duration.ofNanos(second)).isLessThan(Duration.ofSeconds(1));
        String _ = far.browserOffers();
        bothHear();
    }
}
