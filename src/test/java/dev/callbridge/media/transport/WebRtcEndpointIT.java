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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /// What a browser names as its own addresses isn't used: it finds us, and we answer where it comes from.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a=candidate:1 1 udp 2122260223 3b1a7b5c-0d7b-4d7c-9d0e-0c1f4f7f9a11.local 52345 typ host",
                "a=candidate:1 1 tcp 1518280447 127.0.0.1 9 typ host tcptype active",
                "a=candidate:1 1 udp 2122262783 ::1 52345 typ host generation 0",
                "a=candidate:1 2 udp 2122260222 127.0.0.1 1 typ host",
                "a=candidate:",
                "a=candidate:1 1 udp -5 999.1.2.3 70000 typ nonsense raddr",
                "a=candidate:1 1 udp 2122260223 0.0.0.0 0 typ host"
            })
    void noCandidateOfABrowserDoesHarm(String candidate) {
        String line = candidate.isEmpty() ? "" : candidate + "\r\n";
        String offer = caller.browser
                .offer()
                .replaceAll("a=candidate:.*\r\n", "")
                .replace("a=end-of-candidates", line + "a=end-of-candidates");

        assertThat(caller.endpoint.meet(read(offer), false)).isTrue();
        caller.browser.answered(caller.endpoint
                .answer(read(offer), BrowserLine.formats(), Direction.SENDRECV)
                .text());
        String ours =
                callee.endpoint.offer(BrowserLine.formats(), Direction.SENDRECV).text();
        String answer = callee.browser
                .answer(ours)
                .replaceAll("a=candidate:.*\r\n", "")
                .replace("a=end-of-candidates", line + "a=end-of-candidates");
        assertThat(callee.endpoint.meet(read(answer), true)).isTrue();

        caller.isReady();
        callee.isReady();
    }

    /// Either may be the only one that a browser has.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBrowserOnIpv6AndOneOnIpv4HearEachOther(boolean offering) throws IOException {
        var both = new WebRtcShard(97);
        both.listen(BrowserLine.LOOPBACK, 0, null);
        both.listen(BrowserLine.LOOPBACK_6, 0, null);
        try (var six = new BrowserLine(both, IDENTITIES, offering, HIGH, List.of(), BrowserLine.LOOPBACK_6);
                var four = new BrowserLine(both, IDENTITIES, !offering, LOW)) {
            BrowserLine first = offering ? four : six;
            BrowserLine second = offering ? six : four;
            String _ = first.browserOffers();
            String _ = second.weOffer();
            six.isReady();
            four.isReady();
            six.talkTo(four);
            four.talkTo(six);

            six.hearsOn(four);
            four.hearsOn(six);
        } finally {
            both.stop();
        }
    }

    @Test
    void aBrowserThatMovesFromIpv4ToIpv6IsHeardAgain() throws IOException {
        var both = new WebRtcShard(97);
        both.listen(BrowserLine.LOOPBACK, 0, null);
        both.listen(BrowserLine.LOOPBACK_6, 0, null);
        try (var mobile = new BrowserLine(both, IDENTITIES, false, HIGH);
                var other = new BrowserLine(both, IDENTITIES, true, LOW)) {
            String _ = mobile.browserOffers();
            String _ = other.weOffer();
            mobile.isReady();
            other.isReady();
            mobile.talkTo(other);
            other.talkTo(mobile);
            mobile.hearsOn(other);

            mobile.browser.moveTo(BrowserLine.LOOPBACK_6);
            String _ = mobile.browserOffers();

            mobile.hearsOn(other);
            other.hearsOn(mobile);
        } finally {
            both.stop();
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
