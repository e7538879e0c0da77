package dev.callbridge.media;

import static dev.callbridge.media.MediaTalk.CALLEE;
import static dev.callbridge.media.MediaTalk.CALLER;
import static dev.callbridge.media.MediaTalk.PHONE;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.MediaQuality;
import dev.callbridge.bridge.MediaSession;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.call.MediaEvent;
import dev.callbridge.call.Sdp;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.testkit.RtpPhone;
import dev.callbridge.testkit.Tone;
import dev.callbridge.testkit.UdpRelay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MediaSessionsIT {

    private static final Pattern CANDIDATE = Pattern.compile("a=candidate:\\S+ 1 udp \\d+ (\\S+) (\\d+) typ host\r\n");

    private MediaSessions media;

    @BeforeEach
    void start() {
        media = MediaTalk.plane("0.0.0.0");
    }

    @AfterEach
    void stop() {
        media.stop();
    }

    @ParameterizedTest
    @EnumSource(AudioCodec.class)
    void aBrowserAndTheTelephoneItCallsHearEachOther(AudioCodec codec) throws InterruptedException {
        try (var talk = MediaTalk.fromBrowser(media, codec)) {
            talk.callFromBrowser(UnaryOperator.identity(), UnaryOperator.identity());
            talk.flows();
            talk.bothHearEachOther();
            assertThat(talk.phone().sources()).isEqualTo(1);

            talk.perform(new MediaCommand.Release());
            talk.browser().awaitEnd();
            assertThat(talk.saidNothingMore()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(AudioCodec.class)
    void aTelephoneAndTheBrowserItCallsHearEachOther(AudioCodec codec) throws InterruptedException {
        try (var talk = MediaTalk.fromPhone(media, codec)) {
            talk.callFromPhone();
            talk.flows();
            talk.bothHearEachOther();

            talk.perform(new MediaCommand.Release());
            talk.browser().awaitEnd();
            assertThat(talk.saidNothingMore()).isTrue();
        }
    }

    @Test
    void carriesSoundOverIpv6() throws InterruptedException {
        media.stop();
        media = MediaTalk.plane("::");
        try (var talk = MediaTalk.fromPhoneAt(InetAddress.ofLiteral("::1"), media, AudioCodec.PCMA)) {
            talk.callFromPhone();
            talk.flows();
            talk.bothHearEachOther();
        }
    }

    @Test
    void keysPassWithTheNumberThatTheTelephoneKnowsThemBy() throws InterruptedException {
        try (var talk = MediaTalk.fromPhone(media, AudioCodec.PCMA)) {
            talk.callFromPhone();
            talk.flows();
            talk.bothHearEachOther();

            talk.browser().press("5");

            await().atMost(Duration.ofSeconds(10))
                    .until(() -> talk.phone().keys().equals(List.of("5")));
        }
    }

    /// By reports that are encrypted like the sound.
    @Test
    void aBrowserTellsHowItFares() throws InterruptedException {
        try (var talk = MediaTalk.fromBrowser(media, AudioCodec.PCMA)) {
            talk.callFromBrowser(UnaryOperator.identity(), UnaryOperator.identity());
            talk.flows();
            talk.bothHearEachOther();
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> !talk.browser().sound().reports().isEmpty());
            talk.browser()
                    .report(RtpPhone.answer(talk.browser().sound().reports().getFirst(), 4711, 7));
            // What was sent before these has arrived when something is sent back.
            int told = talk.browser().sound().reports().size();
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> talk.browser().sound().reports().size() > told);
            MediaTalk.forgetQualities();

            talk.perform(new MediaCommand.Release());

            await().atMost(Duration.ofSeconds(5)).until(() -> MediaTalk.quality(CALLER) != null);
            MediaQuality quality = requireNonNull(MediaTalk.quality(CALLER));
            assertThat(quality.roundTrip()).isBetween(Duration.ZERO, Duration.ofSeconds(1));
            assertThat(quality.sent().lost()).isEqualTo(7);
            assertThat(quality.received().packets()).isGreaterThan(50);
            assertThat(quality.sent().packets()).isGreaterThan(50);
        }
    }

    @Test
    void failsACallThatHasNoCodecInCommon() throws InterruptedException, IOException {
        BlockingQueue<MediaEvent> events = new LinkedBlockingQueue<>();
        MediaSession session = media.open(
                "c1", MediaTalk.legs(new MediaProfile.WebRtc(), MediaTalk.trunk(AudioCodec.PCMA)), events::add);

        session.perform(new MediaCommand.Prepare(CALLER, new Sdp(resource("nheko-0.11-offer.sdp")), CALLEE));

        assertThat(events.poll(10, TimeUnit.SECONDS))
                .isEqualTo(new MediaEvent.Failed(CALLER, HangupCause.NO_COMMON_CODEC));
    }

    @Test
    void failsABrowserWhoseCertificateIsNotTheOneItNamed() throws InterruptedException {
        try (var talk = MediaTalk.fromBrowser(media, AudioCodec.PCMU)) {
            talk.callFromBrowser(
                    offer -> offer.replaceFirst("(a=fingerprint:sha-256 )..:..", "$100:00"), UnaryOperator.identity());

            assertThat(talk.next()).isEqualTo(new MediaEvent.Failed(CALLER, HangupCause.MEDIA_FAILED));
        }
    }

    @Test
    void hearsABrowserSayGoodbye() throws InterruptedException {
        try (var talk = MediaTalk.fromBrowser(media, AudioCodec.PCMU)) {
            talk.callFromBrowser(UnaryOperator.identity(), UnaryOperator.identity());
            talk.flows();
            talk.browser().awaitConnected();

            talk.browser().close();

            assertThat(talk.next(Duration.ofSeconds(3))).isEqualTo(new MediaEvent.Closed(CALLER));
        }
    }

    @Test
    void noticesABrowserThatVanishes() throws InterruptedException {
        try (var talk = MediaTalk.fromBrowser(media, AudioCodec.PCMU);
                var network = new Detour()) {
            talk.callFromBrowser(UnaryOperator.identity(), network::redirected);
            talk.flows();
            talk.bothHearEachOther();

            network.relay().mode(UdpRelay.Mode.CUT);

            // Fifteen seconds until consent is over, twenty more for a way back.
            MediaEvent told = talk.next(Duration.ofSeconds(40));
            while (told instanceof MediaEvent.Disturbed) {
                told = talk.next(Duration.ofSeconds(40));
            }
            assertThat(told).isEqualTo(new MediaEvent.Failed(CALLER, HangupCause.MEDIA_LOST));
        }
    }

    /// Even if it is genuine: an address belongs to a call by a check with the call's password.
    @Test
    void ignoresMediaFromAnAddressThatPassedNoCheck() throws InterruptedException {
        try (var talk = MediaTalk.fromBrowser(media, AudioCodec.PCMU);
                var network = new Detour()) {
            talk.callFromBrowser(UnaryOperator.identity(), network::redirected);
            talk.flows();
            talk.bothHearEachOther();

            network.relay().mode(UdpRelay.Mode.MEDIA_FROM_ELSEWHERE);
            await().during(Duration.ofMillis(500)).atMost(Duration.ofSeconds(5)).until(() -> {
                boolean silent = talk.phone().isSilent();
                talk.phone().forget();
                return silent;
            });

            network.relay().mode(UdpRelay.Mode.FORWARD);
            talk.bothHearEachOther();
        }
    }

    @Test
    void ignoresRtpFromAHostThatTheTrunkDidNotName() throws InterruptedException {
        try (var talk = MediaTalk.fromBrowser(media, AudioCodec.PCMU);
                var stranger = new RtpPhone(InetAddress.ofLiteral("127.0.0.2"), new Tone(2000), AudioCodec.PCMU)) {
            String ours = talk.callFromBrowser(UnaryOperator.identity(), UnaryOperator.identity());
            stranger.talkTo(ours);
            talk.flows();

            talk.bothHearEachOther();
            assertThat(talk.browser().hears(PHONE)).isTrue();
            assertThat(stranger.received()).isZero();
        }
    }

    @Test
    void givesPortsBackOnceHoweverOftenItIsReleased() throws InterruptedException {
        int free = media.freePorts();
        try (var talk = MediaTalk.fromPhone(media, AudioCodec.PCMU)) {
            talk.callFromPhone();
            assertThat(media.freePorts()).isEqualTo(free - 1);

            talk.perform(new MediaCommand.Release());
            talk.perform(new MediaCommand.Release());
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> media.freePorts() == free);
    }

    @Test
    void givesPortsBackEvenIfNobodyCouldBeTold() throws IOException {
        int free = media.freePorts();
        MediaSession session =
                media.open("c1", MediaTalk.legs(new MediaProfile.WebRtc(), MediaTalk.trunk(AudioCodec.PCMA)), event -> {
                    throw new IllegalStateException("on purpose: " + event);
                });

        session.perform(new MediaCommand.Prepare(CALLER, new Sdp(resource("chromium-156-offer.sdp")), CALLEE));
        await().atMost(Duration.ofSeconds(10)).until(() -> media.freePorts() == free - 1 || media.freePorts() == free);
        session.perform(new MediaCommand.Release());

        await().atMost(Duration.ofSeconds(10)).until(() -> media.freePorts() == free);
    }

    /// The address is only written, never sent to.
    @Test
    void tellsBothSidesItsAddressOutside() throws InterruptedException, IOException {
        String outside = "198.51.100.7";
        InetAddress inside =
                LocalAddresses.of(List.of(InetAddress.ofLiteral("0.0.0.0"))).getFirst();
        media.stop();
        media = MediaTalk.planeBehind(outside, inside.getHostAddress());
        BlockingQueue<MediaEvent> events = new LinkedBlockingQueue<>();
        var trunk = new MediaProfile.PlainRtp(List.of(AudioCodec.PCMA), inside);
        MediaSession session = media.open("c1", MediaTalk.legs(new MediaProfile.WebRtc(), trunk), events::add);

        session.perform(new MediaCommand.Prepare(CALLER, new Sdp(resource("chromium-156-offer.sdp")), CALLEE));
        assertThat(events.poll(10, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        MediaEvent.Prepared.class,
                        prepared -> assertThat(prepared.offer().text()).contains("c=IN IP4 " + outside + "\r\n"));
        session.perform(new MediaCommand.Match(CALLEE, new Sdp(telephone(inside)), CALLER, false, false));
        assertThat(events.poll(10, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        MediaEvent.Matched.class,
                        matched -> assertThat(matched.answer().text())
                                .containsPattern("a=candidate:\\S+ 1 udp \\d+ " + outside + " \\d+ typ srflx raddr "
                                        + inside.getHostAddress() + " rport \\d+"));
        session.perform(new MediaCommand.Release());
    }

    /// Nothing is sent to it.
    @ParameterizedTest
    @CsvSource({"192.168.77.9, false", "198.51.100.9, true"})
    void tellsANeighbourItsAddressInside(String trunk, boolean told) throws InterruptedException, IOException {
        String outside = "198.51.100.7";
        InetAddress inside =
                LocalAddresses.of(List.of(InetAddress.ofLiteral("0.0.0.0"))).getFirst();
        media.stop();
        media = MediaTalk.planeBehind(outside, inside.getHostAddress());
        BlockingQueue<MediaEvent> events = new LinkedBlockingQueue<>();
        var profile = new MediaProfile.PlainRtp(
                List.of(AudioCodec.PCMA),
                inside,
                null,
                InetAddress.ofLiteral(trunk),
                MediaProfile.SymmetricRtp.AUTO,
                MediaProfile.Srtp.OFF,
                true);
        MediaSession session = media.open("c1", MediaTalk.legs(new MediaProfile.WebRtc(), profile), events::add);

        session.perform(new MediaCommand.Prepare(CALLER, new Sdp(resource("chromium-156-offer.sdp")), CALLEE));
        String expected = told ? outside : inside.getHostAddress();
        assertThat(events.poll(10, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        MediaEvent.Prepared.class,
                        prepared -> assertThat(prepared.offer().text()).contains("c=IN IP4 " + expected + "\r\n"));
        session.perform(new MediaCommand.Release());
    }

    private static String telephone(InetAddress address) {
        try (var phone = new RtpPhone(address, PHONE, AudioCodec.PCMA)) {
            return phone.description();
        }
    }

    @Test
    void takesNoPlatformThreadPerCall() throws InterruptedException, IOException {
        int calls = 100;
        String offer = resource("chromium-156-offer.sdp");
        int before = Thread.getAllStackTraces().size();
        List<MediaSession> sessions = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            BlockingQueue<MediaEvent> events = new LinkedBlockingQueue<>();
            MediaSession session = media.open(
                    "c" + i, MediaTalk.legs(new MediaProfile.WebRtc(), MediaTalk.trunk(AudioCodec.PCMA)), events::add);
            sessions.add(session);
            session.perform(new MediaCommand.Prepare(CALLER, new Sdp(offer), CALLEE));
            var prepared = (MediaEvent.Prepared) events.poll(10, TimeUnit.SECONDS);
            assertThat(prepared).isNotNull();
            session.perform(new MediaCommand.Match(CALLEE, prepared.offer(), CALLER, false, false));
            assertThat(events.poll(10, TimeUnit.SECONDS)).isInstanceOf(MediaEvent.Matched.class);
        }

        assertThat(Thread.getAllStackTraces().size() - before).isLessThan(calls / 2);

        sessions.forEach(session -> session.perform(new MediaCommand.Release()));
    }

    private static String resource(String name) throws IOException {
        try (var stream = MediaSessionsIT.class.getResourceAsStream("/sdp/" + name)) {
            assertThat(stream).as(name).isNotNull();
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// A relay between the browser and the first address that our description names.
    private static final class Detour implements AutoCloseable {

        private @Nullable UdpRelay relay;

        String redirected(String description) {
            Matcher candidate = CANDIDATE.matcher(description);
            assertThat(candidate.find()).isTrue();
            InetAddress host = InetAddress.ofLiteral(candidate.group(1));
            int port = Integer.parseInt(candidate.group(2));
            var opened = new UdpRelay(host, new InetSocketAddress(host, port));
            relay = opened;
            String only = candidate.group().replace(" " + port + " typ", " " + opened.port() + " typ");
            return CANDIDATE
                    .matcher(description)
                    .replaceAll("")
                    .replace("a=end-of-candidates", only + "a=end-of-candidates");
        }

        UdpRelay relay() {
            return requireNonNull(relay);
        }

        @Override
        public void close() {
            relay().close();
        }
    }
}
