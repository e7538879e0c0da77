package dev.callbridge.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.CallbridgeProperties;
import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.MediaQuality;
import dev.callbridge.bridge.MediaSession;
import dev.callbridge.call.LegId;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.call.MediaEvent;
import dev.callbridge.call.Sdp;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.testkit.RtpPhone;
import dev.callbridge.testkit.SilentJournal;
import dev.callbridge.testkit.Tone;
import dev.callbridge.testkit.WebRtcPeer;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A media session between a browser and a telephone, and what it says.
final class MediaTalk implements AutoCloseable {

    static final Tone BROWSER = new Tone(1000);
    static final Tone PHONE = new Tone(450);
    static final LegId CALLER = new LegId("c1", "caller");
    static final LegId CALLEE = new LegId("c1", "callee");

    private static final Map<LegId, MediaQuality> QUALITIES = new ConcurrentHashMap<>();

    private final BlockingQueue<MediaEvent> events = new LinkedBlockingQueue<>();
    private final WebRtcPeer browser = new WebRtcPeer(BROWSER);
    private final RtpPhone phone;
    private final MediaSession session;

    private MediaTalk(MediaSessions media, RtpPhone phone, Map<LegId, List<MediaProfile>> legs) {
        this.phone = phone;
        this.session = media.open("c1", legs, events::add);
    }

    /// A media plane on free ports.
    static MediaSessions plane(String... listen) {
        return planeBehind(null, listen);
    }

    /// @param outside the address that 1:1 NAT gives it, if any
    static MediaSessions planeBehind(@Nullable String outside, String... listen) {
        var properties = new MediaProperties(
                List.of(listen),
                outside,
                0,
                "41000-41999",
                List.of(),
                MediaProperties.TurnFromHomeserver.NEVER,
                1,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60));
        var common = new CallbridgeProperties(
                new CallbridgeProperties.Homeserver("localhost", URI.create("http://localhost:8008")),
                new CallbridgeProperties.Dialplan("DE", List.of(), Map.of()),
                List.of(),
                new CallbridgeProperties.Limits(10, 2, Duration.ofHours(1)),
                null);
        var sessions = new MediaSessions(
                properties,
                common,
                new SilentJournal() {
                    @Override
                    public void quality(LegId leg, MediaQuality quality) {
                        QUALITIES.put(leg, quality);
                    }
                },
                List::of);
        sessions.start();
        return sessions;
    }

    static MediaProfile trunk(AudioCodec... codecs) {
        return new MediaProfile.PlainRtp(List.of(codecs), InetAddress.getLoopbackAddress());
    }

    static Map<LegId, List<MediaProfile>> legs(MediaProfile caller, MediaProfile callee) {
        return Map.of(CALLER, List.of(caller), CALLEE, List.of(callee));
    }

    /// The browser calls a telephone on loopback.
    static MediaTalk fromBrowser(MediaSessions media, AudioCodec... ofPhone) {
        var phone = new RtpPhone(InetAddress.getLoopbackAddress(), PHONE, ofPhone);
        return new MediaTalk(media, phone, legs(new MediaProfile.WebRtc(), trunk(AudioCodec.values())));
    }

    /// The telephone calls the browser.
    static MediaTalk fromPhone(MediaSessions media, AudioCodec... ofPhone) {
        return fromPhoneAt(InetAddress.getLoopbackAddress(), media, ofPhone);
    }

    static MediaTalk fromPhoneAt(InetAddress address, MediaSessions media, AudioCodec... ofPhone) {
        var phone = new RtpPhone(address, PHONE, ofPhone);
        var profile = new MediaProfile.PlainRtp(List.of(AudioCodec.values()), address);
        return new MediaTalk(media, phone, legs(profile, new MediaProfile.WebRtc()));
    }

    /// How the sound of a leg fared in the last call that is over.
    static @Nullable MediaQuality quality(LegId leg) {
        return QUALITIES.get(leg);
    }

    /// Forgets how calls before this one fared.
    static void forgetQualities() {
        QUALITIES.clear();
    }

    RtpPhone phone() {
        return phone;
    }

    WebRtcPeer browser() {
        return browser;
    }

    MediaEvent next() throws InterruptedException {
        return next(Duration.ofSeconds(20));
    }

    MediaEvent next(Duration limit) throws InterruptedException {
        MediaEvent event = events.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(event).as("an event of the media session").isNotNull();
        return event;
    }

    boolean saidNothingMore() {
        return events.isEmpty();
    }

    void perform(MediaCommand command) {
        session.perform(command);
    }

    /// Lets the browser call, with its offer and our answer changed on the way; to the end of offer and answer.
    String callFromBrowser(UnaryOperator<String> offer, UnaryOperator<String> answer) throws InterruptedException {
        perform(new MediaCommand.Prepare(CALLER, new Sdp(offer.apply(browser.offer())), CALLEE));
        var prepared = (MediaEvent.Prepared) next();
        assertThat(prepared.leg()).isEqualTo(CALLEE);
        phone.talkTo(prepared.offer().text());
        perform(new MediaCommand.Match(CALLEE, new Sdp(phone.description()), CALLER, false, false));
        var matched = (MediaEvent.Matched) next();
        assertThat(matched.leg()).isEqualTo(CALLER);
        browser.answered(answer.apply(matched.answer().text()));
        return prepared.offer().text();
    }

    /// Lets the telephone call, to the end of offer and answer.
    void callFromPhone() throws InterruptedException {
        perform(new MediaCommand.Prepare(CALLER, new Sdp(phone.description()), CALLEE));
        var prepared = (MediaEvent.Prepared) next();
        assertThat(prepared.leg()).isEqualTo(CALLEE);
        String answer = browser.answer(prepared.offer().text());
        perform(new MediaCommand.Match(CALLEE, new Sdp(answer), CALLER, false, false));
        var matched = (MediaEvent.Matched) next();
        assertThat(matched.leg()).isEqualTo(CALLER);
        phone.talkTo(matched.answer().text());
    }

    void flows() throws InterruptedException {
        assertThat(next()).isEqualTo(new MediaEvent.Flowing());
    }

    void bothHearEachOther() {
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(phone.hears(BROWSER))
                        .as(phone.hearing(BROWSER))
                        .isTrue());
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(browser.hears(PHONE))
                        .as(browser.hearing(PHONE))
                        .isTrue());
    }

    @Override
    public void close() {
        perform(new MediaCommand.Release());
        browser.close();
        phone.close();
    }
}
