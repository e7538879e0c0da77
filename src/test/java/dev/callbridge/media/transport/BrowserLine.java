package dev.callbridge.media.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.RelayServer;
import dev.callbridge.media.rtp.OutgoingStream;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sdp.AudioFormats;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.SdpException;
import dev.callbridge.sdp.SessionDescription;
import dev.callbridge.testkit.Tone;
import dev.callbridge.testkit.WebRtcPeer;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A browser on loopback and our endpoint towards it.
final class BrowserLine implements Endpoint.Listener, AutoCloseable {

    static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    static final InetAddress LOOPBACK_6 = InetAddress.ofLiteral("::1");

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    final WebRtcPeer browser;
    final WebRtcEndpoint endpoint;
    final CompletableFuture<Boolean> ready = new CompletableFuture<>();
    final CompletableFuture<Boolean> closed = new CompletableFuture<>();
    final CompletableFuture<Boolean> lost = new CompletableFuture<>();
    private final Tone voice;
    private final WebRtcShard home;

    /// @param offering whether we make the offer
    BrowserLine(WebRtcShard home, DtlsIdentities identities, boolean offering, Tone voice) {
        this(home, identities, offering, voice, List.of());
    }

    /// @param lenders TURN servers that we ask
    BrowserLine(WebRtcShard home, DtlsIdentities identities, boolean offering, Tone voice, List<RelayServer> lenders) {
        this(home, identities, offering, voice, lenders, LOOPBACK);
    }

    /// @param at where the browser is
    BrowserLine(
            WebRtcShard home,
            DtlsIdentities identities,
            boolean offering,
            Tone voice,
            List<RelayServer> lenders,
            InetAddress at) {
        this.home = home;
        this.voice = voice;
        browser = new WebRtcPeer(voice, List.of(at));
        endpoint = home.webRtc(identities, offering, this, lenders);
    }

    static AudioFormats formats() {
        SequencedMap<AudioCodec, Integer> codecs = new LinkedHashMap<>();
        codecs.put(AudioCodec.PCMU, AudioCodec.PCMU.payloadType());
        return new AudioFormats(codecs, 126);
    }

    static SessionDescription read(String description) {
        try {
            return SessionDescription.parse(description);
        } catch (SdpException e) {
            throw new AssertionError(e);
        }
    }

    /// The browser offers, the first time or again.
    ///
    /// @return our answer
    String browserOffers() {
        SessionDescription offer = read(browser.offer());
        assertThat(endpoint.meet(offer, false)).isTrue();
        String answer = endpoint.answer(offer, formats(), Direction.SENDRECV).text();
        browser.answered(answer);
        return answer;
    }

    /// We offer, the first time or again.
    ///
    /// @return our offer
    String weOffer() {
        String offer = endpoint.offer(formats(), Direction.SENDRECV).text();
        assertThat(endpoint.meet(read(browser.answer(offer)), true)).isTrue();
        return offer;
    }

    /// What our browser says goes to `other` from now on.
    void talkTo(BrowserLine other) {
        var stream = new OutgoingStream(other.endpoint.ssrc(), 100, 1000, 8000, other.endpoint.speak());
        home.shard().execute(() -> endpoint.hear(stream));
    }

    void isReady() {
        assertThat(ready.orTimeout(20, TimeUnit.SECONDS).join()).isTrue();
    }

    void hears(BrowserLine other) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(browser.hears(other.voice))
                        .as(browser.hearing(other.voice))
                        .isTrue());
    }

    /// For a second more, so that nothing of the past is heard.
    void hearsOn(BrowserLine other) {
        browser.sound().forget();
        hears(other);
    }

    @Override
    public void ready() {
        assertThat(ready.complete(true)).as("told once").isTrue();
    }

    @Override
    public void closed() {
        closed.complete(true);
    }

    @Override
    public void lost() {
        lost.complete(true);
    }

    @Override
    public void close() {
        endpoint.close();
        browser.close();
    }
}
