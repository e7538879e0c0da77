package dev.callbridge.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.MediaQuality;
import dev.callbridge.call.LegId;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.call.MediaEvent;
import dev.callbridge.call.Sdp;
import dev.callbridge.call.Trouble;
import dev.callbridge.media.transport.PortPool;
import dev.callbridge.media.transport.RtpEndpoint;
import dev.callbridge.media.transport.Shard;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sdp.SdpException;
import dev.callbridge.sdp.SessionDescription;
import dev.callbridge.testkit.RtpPhone;
import dev.callbridge.testkit.SilentJournal;
import dev.callbridge.testkit.Tone;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The media of a call between two telephones on loopback, and what it says.
final class PhonePair implements AutoCloseable {

    static final LegId CALLER = new LegId("c1", "caller");
    static final LegId CALLEE = new LegId("c1", "callee");
    static final Tone HIGH = new Tone(1200);
    static final Tone LOW = new Tone(450);

    private final Shard shard = new Shard(98);
    private final PortPool ports = new PortPool(43000, 43999, Duration.ZERO, System::nanoTime);
    private final BlockingQueue<MediaEvent> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<MediaQuality> qualities = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> disturbances = new LinkedBlockingQueue<>();
    private final MediaCall call;
    final RtpPhone caller;
    final RtpPhone callee;

    PhonePair(AudioCodec... codecs) {
        this(
                new MediaProfile.PlainRtp(List.of(AudioCodec.values()), InetAddress.getLoopbackAddress()),
                new MediaProfile.PlainRtp(List.of(AudioCodec.values()), InetAddress.getLoopbackAddress()),
                codecs);
    }

    PhonePair(MediaProfile ofCaller, MediaProfile ofCallee, AudioCodec... codecs) {
        this(ofCaller, List.of(ofCallee), codecs);
    }

    /// @param ofCallee of the places that the callee may be at
    PhonePair(List<MediaProfile> ofCallee, AudioCodec... codecs) {
        this(
                new MediaProfile.PlainRtp(List.of(AudioCodec.values()), InetAddress.getLoopbackAddress()),
                ofCallee,
                codecs);
    }

    private PhonePair(MediaProfile ofCaller, List<MediaProfile> ofCallee, AudioCodec... codecs) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        caller = new RtpPhone(loopback, HIGH, codecs);
        callee = new RtpPhone(loopback, LOW, codecs);
        call = new MediaCall(
                "c1",
                Map.of(CALLER, List.of(ofCaller), CALLEE, ofCallee),
                events::add,
                shard,
                (profile, _, listener) -> RtpEndpoint.open(
                                shard, ports, (MediaProfile.PlainRtp) profile, null, listener)
                        .map(endpoint -> endpoint),
                new Oversight(
                        Duration.ofMillis(800),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(4),
                        new SilentJournal() {
                            @Override
                            public void disturbance(LegId leg, Trouble trouble, boolean begins) {
                                disturbances.add(leg.role() + " " + trouble.reason() + " " + begins);
                            }

                            @Override
                            public void quality(LegId leg, MediaQuality quality) {
                                qualities.add(quality);
                            }
                        },
                        InstantSource.system()));
    }

    void perform(MediaCommand command) {
        call.perform(command);
    }

    <E extends MediaEvent> E next(Class<E> type) throws InterruptedException {
        MediaEvent event = events.poll(10, TimeUnit.SECONDS);
        assertThat(event).isInstanceOf(type);
        return type.cast(event);
    }

    void saysNothingFor(Duration time) throws InterruptedException {
        assertThat(events.poll(time.toMillis(), TimeUnit.MILLISECONDS)).isNull();
    }

    /// Our offer to the callee.
    String dialled() throws InterruptedException {
        perform(new MediaCommand.Prepare(CALLER, new Sdp(caller.description()), CALLEE));
        String offer = next(MediaEvent.Prepared.class).offer().text();
        callee.talkTo(offer);
        return offer;
    }

    /// To the end of the first offer and answer.
    void connected() throws InterruptedException {
        dialled();
        answered();
    }

    void answered() throws InterruptedException {
        perform(new MediaCommand.Match(CALLEE, new Sdp(callee.description()), CALLER, false, false));
        caller.talkTo(next(MediaEvent.Matched.class).answer().text());
        next(MediaEvent.Flowing.class);
    }

    /// @return our answer
    SessionDescription revised(LegId leg, String offer) throws InterruptedException {
        perform(new MediaCommand.Revise(leg, new Sdp(offer)));
        return parsed(next(MediaEvent.Revised.class).answer().text());
    }

    /// @return our offer
    SessionDescription described(LegId leg) throws InterruptedException {
        perform(new MediaCommand.Describe(leg));
        return parsed(next(MediaEvent.Described.class).offer().text());
    }

    static SessionDescription parsed(String text) {
        try {
            return SessionDescription.parse(text);
        } catch (SdpException e) {
            throw new AssertionError(e);
        }
    }

    static String with(String direction, String description) {
        return description.replace("a=sendrecv", "a=" + direction);
    }

    static void hears(RtpPhone phone, Tone tone) {
        phone.forget();
        await().atMost(Duration.ofSeconds(8))
                .untilAsserted(() ->
                        assertThat(phone.hears(tone)).as(phone.hearing(tone)).isTrue());
    }

    static void hearsNothing(RtpPhone phone) {
        // What is under way may still come.
        await().atMost(Duration.ofSeconds(5)).during(Duration.ofMillis(400)).until(() -> {
            boolean silent = phone.hearsNothing();
            phone.forget();
            return silent;
        });
    }

    /// What was written down without a word to the call.
    String disturbance() throws InterruptedException {
        String disturbance = disturbances.poll(10, TimeUnit.SECONDS);
        assertThat(disturbance).isNotNull();
        return disturbance;
    }

    /// How the sound of the next leg fared, when the call is over.
    MediaQuality quality() throws InterruptedException {
        MediaQuality quality = qualities.poll(5, TimeUnit.SECONDS);
        assertThat(quality).isNotNull();
        return quality;
    }

    @Override
    public void close() {
        perform(new MediaCommand.Release());
        caller.close();
        callee.close();
        shard.stop();
    }
}
