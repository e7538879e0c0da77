package dev.callbridge.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.CallbridgeProperties;
import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.MediaSession;
import dev.callbridge.call.LegId;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.call.MediaEvent;
import dev.callbridge.call.Sdp;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.testkit.RtpPhone;
import dev.callbridge.testkit.Tone;
import dev.callbridge.testkit.WebRtcPeer;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MediaSessionsTest {

    private static final Tone BROWSER = new Tone(1000);
    private static final Tone PHONE = new Tone(450);
    private static final LegId CALLER = new LegId("c1", "caller");
    private static final LegId CALLEE = new LegId("c1", "callee");

    private final BlockingQueue<MediaEvent> events = new LinkedBlockingQueue<>();
    private MediaSessions media;

    @BeforeEach
    void start() {
        media = started("0.0.0.0", "::");
    }

    @AfterEach
    void stop() {
        media.stop();
    }

    static MediaSessions started(String... listen) {
        var properties = new MediaProperties(List.of(listen), null, 0, "41000-41999", 1);
        var common = new CallbridgeProperties(
                new CallbridgeProperties.Homeserver("localhost", URI.create("http://localhost:8008")),
                new CallbridgeProperties.Dialplan("DE", List.of(), Map.of()),
                List.of(),
                new CallbridgeProperties.Limits(10, 2, Duration.ofHours(1)),
                null);
        var sessions = new MediaSessions(properties, common);
        sessions.start();
        return sessions;
    }

    private static MediaProfile trunk(AudioCodec... codecs) {
        return new MediaProfile.PlainRtp(List.of(codecs), InetAddress.getLoopbackAddress());
    }

    private MediaEvent next() throws InterruptedException {
        MediaEvent event = events.poll(20, TimeUnit.SECONDS);
        assertThat(event).as("an event of the media session").isNotNull();
        return event;
    }

    @Nested
    class WhenABrowserCallsATelephone {

        @ParameterizedTest
        @EnumSource(AudioCodec.class)
        void bothHearEachOtherAndNotThemselves(AudioCodec codec) throws InterruptedException {
            try (var browser = new WebRtcPeer(BROWSER);
                    var phone = new RtpPhone(InetAddress.getLoopbackAddress(), PHONE, codec)) {
                MediaSession session = media.open(
                        "c1",
                        Map.of(CALLER, new MediaProfile.WebRtc(), CALLEE, trunk(AudioCodec.values())),
                        events::add);
                session.perform(new MediaCommand.Prepare(CALLER, new Sdp(browser.offer()), CALLEE));
                var prepared = (MediaEvent.Prepared) next();
                phone.talkTo(prepared.offer().text());
                session.perform(new MediaCommand.Match(CALLEE, new Sdp(phone.description()), CALLER));
                var matched = (MediaEvent.Matched) next();
                browser.answered(matched.answer().text());
                assertThat(next()).isEqualTo(new MediaEvent.Flowing());

                await().atMost(Duration.ofSeconds(15))
                        .untilAsserted(() -> assertThat(phone.hears(BROWSER))
                                .as(phone.hearing(BROWSER))
                                .isTrue());
                await().atMost(Duration.ofSeconds(15))
                        .untilAsserted(() -> assertThat(browser.hears(PHONE))
                                .as(browser.hearing(PHONE))
                                .isTrue());

                session.perform(new MediaCommand.Release());
                browser.awaitEnd();
            }
        }
    }

    @Nested
    class WhenATelephoneCallsABrowser {

        @ParameterizedTest
        @EnumSource(AudioCodec.class)
        void bothHearEachOtherAndNotThemselves(AudioCodec codec) throws InterruptedException {
            try (var browser = new WebRtcPeer(BROWSER);
                    var phone = new RtpPhone(InetAddress.getLoopbackAddress(), PHONE, codec)) {
                MediaSession session = media.open(
                        "c1",
                        Map.of(CALLER, trunk(AudioCodec.values()), CALLEE, new MediaProfile.WebRtc()),
                        events::add);
                session.perform(new MediaCommand.Prepare(CALLER, new Sdp(phone.description()), CALLEE));
                var prepared = (MediaEvent.Prepared) next();
                String answer = browser.answer(prepared.offer().text());
                session.perform(new MediaCommand.Match(CALLEE, new Sdp(answer), CALLER));
                var matched = (MediaEvent.Matched) next();
                phone.talkTo(matched.answer().text());
                assertThat(next()).isEqualTo(new MediaEvent.Flowing());

                await().atMost(Duration.ofSeconds(15))
                        .untilAsserted(() -> assertThat(phone.hears(BROWSER))
                                .as(phone.hearing(BROWSER))
                                .isTrue());
                await().atMost(Duration.ofSeconds(15))
                        .untilAsserted(() -> assertThat(browser.hears(PHONE))
                                .as(browser.hearing(PHONE))
                                .isTrue());

                session.perform(new MediaCommand.Release());
                browser.awaitEnd();
            }
        }
    }
}
