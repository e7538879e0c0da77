package dev.callbridge.media.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.testkit.Tone;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A browser whose network is gone: what takes a quarter of a minute and more (RFC 7675).
@Timeout(120)
class ConsentIT {

    private static final Duration CONSENT = Duration.ofSeconds(17);

    private final WebRtcShard home = new WebRtcShard(99);
    private BrowserLine gone;
    private BrowserLine other;

    @BeforeEach
    void talk() throws IOException {
        var identities = new DtlsIdentities(InstantSource.system());
        WarmUp.run(identities);
        home.listen(BrowserLine.LOOPBACK, 0, null);
        gone = new BrowserLine(home, identities, false, new Tone(1000));
        other = new BrowserLine(home, identities, true, new Tone(450));
        String _ = gone.browserOffers();
        String _ = other.weOffer();
        gone.isReady();
        other.isReady();
        gone.talkTo(other);
        other.talkTo(gone);
        gone.hears(other);
        other.hears(gone);
    }

    @AfterEach
    void stop() {
        gone.close();
        other.close();
        home.stop();
    }

    @Test
    void nothingIsSentWithoutConsentAndARestartBringsSoundBack() {
        gone.browser.fallSilent();
        await().atMost(CONSENT).until(() -> gone.endpoint.isSilenced());
        assertThat(gone.lost).isNotDone();

        gone.browser.moveTo(InetAddress.ofLiteral("127.0.0.3"));
        String _ = gone.browserOffers();

        gone.hearsOn(other);
        other.hearsOn(gone);
        await().during(Duration.ofSeconds(8)).atMost(Duration.ofSeconds(25)).until(() -> !gone.lost.isDone());
        assertThat(gone.endpoint.isSilenced()).isFalse();
    }

    @Test
    void aPeerThatDoesNotComeBackIsLost() {
        gone.browser.fallSilent();

        await().atMost(CONSENT).until(() -> gone.endpoint.isSilenced());
        await().during(IcePath.RESTART_LIMIT.minusSeconds(3))
                .atMost(IcePath.RESTART_LIMIT)
                .until(() -> !gone.lost.isDone());
        await().atMost(Duration.ofSeconds(5)).until(gone.lost::isDone);
        assertThat(other.lost).isNotDone();
        assertThat(other.endpoint.isSilenced()).isFalse();
    }
}
