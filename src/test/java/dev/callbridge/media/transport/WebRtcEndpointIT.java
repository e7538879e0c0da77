package dev.callbridge.media.transport;

import static dev.callbridge.media.transport.BrowserLine.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.WebRtcTransport;
import dev.callbridge.testkit.Tone;
import dev.callbridge.testkit.WebRtcPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WebRtcEndpointIT {

    private static final Tone HIGH = new Tone(1000);
    private static final Tone LOW = new Tone(450);

    private static final DtlsIdentities IDENTITIES = new DtlsIdentities(InstantSource.system());

    private final WebRtcShard home = new WebRtcShard(99);
    private BrowserLine caller;
    private BrowserLine callee;

    @BeforeAll
    static void settings() {
        WarmUp.run(IDENTITIES);
    }

    @BeforeEach
    void open() throws IOException {
        home.listen(BrowserLine.LOOPBACK, 0, null);
        caller = new BrowserLine(home, IDENTITIES, false, HIGH);
        callee = new BrowserLine(home, IDENTITIES, true, LOW);
    }

    @AfterEach
    void stop() {
        caller.close();
        callee.close();
        home.stop();
    }

    private static WebRtcTransport transport(String description) {
        return WebRtcTransport.of(read(description)).orElseThrow();
    }

    /// All devices of a user ring; those that answer begin to check and to shake hands at once.
    @Test
    void talksToTheDeviceThatWasChosenOnly() {
        String offer =
                callee.endpoint.offer(BrowserLine.formats(), Direction.SENDRECV).text();
        try (var other = new WebRtcPeer(new Tone(2000), List.of(BrowserLine.LOOPBACK))) {
            String _ = other.answer(offer);
            other.awaitChecked();
            String answer = callee.browser.answer(offer);
            callee.browser.awaitChecked();

            callee.endpoint.meet(read(answer), true);

            callee.isReady();
            assertThat(other.isConnected()).isFalse();
            assertThat(callee.lost).isNotDone();
        }
    }

    @Nested
    class WhenTwoTalk {

        private String answered;
        private String offered;

        @BeforeEach
        void talk() {
            answered = caller.browserOffers();
            offered = callee.weOffer();
            caller.isReady();
            callee.isReady();
            caller.talkTo(callee);
            callee.talkTo(caller);
            bothHear();
        }

        private void bothHear() {
            caller.hearsOn(callee);
            callee.hearsOn(caller);
        }

        private void nothingWasLost() {
            assertThat(caller.browser.sound().lost()).isZero();
            assertThat(callee.browser.sound().lost()).isZero();
            assertThat(caller.browser.sound().forged()).isZero();
            assertThat(callee.browser.sound().forged()).isZero();
        }

        @Test
        void aRestartOfIceLosesNoPacket() {
            caller.browser.restartIce();
            WebRtcTransport fresh = transport(caller.browserOffers());
            bothHear();

            assertThat(fresh.ufrag()).isNotEqualTo(transport(answered).ufrag());
            assertThat(fresh.password()).isNotEqualTo(transport(answered).password());
            assertThat(fresh.fingerprint()).isEqualTo(transport(answered).fingerprint());
            assertThat(caller.browser.isOnNewWay()).isTrue();
            nothingWasLost();
        }

        @Test
        void eitherSideMayRestartIceAgainAndAgain() {
            for (int i = 0; i < 3; i++) {
                callee.browser.restartIce();
                String _ = callee.browserOffers();
                caller.browser.restartIce();
                String _ = caller.browserOffers();
            }
            bothHear();

            nothingWasLost();
        }

        @Test
        void aPeerThatComesFromAnotherNetworkIsHeardAgain() {
            callee.browser.moveTo(InetAddress.ofLiteral("127.0.0.2"));
            String _ = callee.browserOffers();

            bothHear();
        }

        @Test
        void anOfferThatRestartsNothingChangesNothing() {
            WebRtcTransport again = transport(caller.browserOffers());
            WebRtcTransport ofCallee = transport(callee.browserOffers());
            bothHear();

            assertThat(again).isEqualTo(transport(answered));
            assertThat(ofCallee.ufrag()).isEqualTo(transport(offered).ufrag());
            nothingWasLost();
        }

        /// Browsers refuse an answer in which the roles have changed.
        @Test
        void theRolesOfTheHandshakeStay() {
            assertThat(transport(answered).setup()).isEqualTo(WebRtcTransport.Setup.ACTIVE);
            assertThat(transport(callee.browserOffers()).setup()).isEqualTo(WebRtcTransport.Setup.PASSIVE);
        }

        @Test
        void ourOwnOfferRestartsNothingWhateverIsAnswered() {
            String offer = caller.endpoint
                    .offer(BrowserLine.formats(), Direction.SENDRECV)
                    .text();
            String answer = caller.browser.answer(offer).replaceFirst("a=ice-ufrag:\\S+", "a=ice-ufrag:else");
            assertThat(caller.endpoint.meet(read(answer), true)).isTrue();
            bothHear();
            String next = caller.browserOffers();
            bothHear();

            assertThat(transport(offer).ufrag()).isEqualTo(transport(answered).ufrag());
            assertThat(transport(next).ufrag()).isEqualTo(transport(answered).ufrag());
            nothingWasLost();
        }

        @Test
        void aPeerWithAnotherCertificateIsHeardWithOtherKeys() {
            caller.browser.renewCertificate();
            caller.browser.restartIce();
            String _ = caller.browserOffers();
            bothHear();

            callee.browser.renewCertificate();
            String _ = callee.browserOffers();
            bothHear();
        }

        @Test
        void aPeerWithAnotherCertificateThanItNamesIsLost() {
            caller.browser.renewCertificate();
            String offer = caller.browser.offer().replaceFirst("(a=fingerprint:sha-256 )..:..", "$100:00");
            assertThat(caller.endpoint.meet(read(offer), false)).isTrue();
            caller.browser.answered(caller.endpoint
                    .answer(read(offer), BrowserLine.formats(), Direction.SENDRECV)
                    .text());

            assertThat(caller.lost
                            .orTimeout(10, java.util.concurrent.TimeUnit.SECONDS)
                            .join())
                    .isTrue();
        }
    }
}
