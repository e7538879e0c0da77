package dev.callbridge.media;

import static dev.callbridge.media.PhonePair.CALLEE;
import static dev.callbridge.media.PhonePair.CALLER;
import static dev.callbridge.media.PhonePair.LOW;
import static dev.callbridge.media.PhonePair.hears;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.MediaQuality;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.call.MediaEvent;
import dev.callbridge.call.Sdp;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.testkit.LineChild;
import dev.callbridge.testkit.Softphone;
import dev.callbridge.testkit.SoftphoneCall;
import dev.callbridge.testkit.Tone;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Keys and reports of a real telephone. Its SIP is answered without the bridge's.
@Timeout(120)
class DigitsIT {

    private static final String KEYS = "0123456789*#ABCD";
    private static final Tone VOICE = new Tone(700);
    private static final Duration SOON = Duration.ofSeconds(10);

    private final Softphone sip = new Softphone("127.0.0.1");
    private final LineChild baresip =
            LineChild.demo("phone.py", "--peer", sip.hostPort(), "--number", "+4930111111", "--codecs", "PCMA");
    private final PhonePair pair = new PhonePair(AudioCodec.PCMA);

    @BeforeEach
    void connect() throws InterruptedException {
        baresip.ask("speak", Map.of("hz", VOICE.hertz()));
        var _ = baresip.send("dial", Map.of("number", "+4930901820"));
        SoftphoneCall call = sip.expectInvite();
        pair.perform(new MediaCommand.Prepare(CALLER, new Sdp(call.invite().body()), CALLEE));
        pair.callee.talkTo(pair.next(MediaEvent.Prepared.class).offer().text());
        pair.perform(new MediaCommand.Match(CALLEE, new Sdp(pair.callee.description()), CALLER, false, false));
        call.answer(pair.next(MediaEvent.Matched.class).answer().text());
        pair.next(MediaEvent.Flowing.class);
        hears(pair.callee, VOICE);
    }

    @AfterEach
    void close() {
        pair.close();
        baresip.close();
        sip.close();
    }

    @Test
    void eachOfItsKeysArrivesOnce() {
        for (int i = 0; i < KEYS.length(); i++) {
            baresip.ask("key", Map.of("key", KEYS.substring(i, i + 1)));
            int pressed = i + 1;
            await().atMost(SOON).until(() -> pair.callee.keys().size() >= pressed);
        }

        hears(pair.callee, VOICE);
        assertThat(pair.callee.keys())
                .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15");
        assertThat(pair.callee.lastKeyLength()).isBetween(100, 400);
    }

    @Test
    void itHearsEachKeyOnce() {
        for (int i = 0; i < KEYS.length(); i++) {
            pair.callee.press(i);
            assertThat(baresip.event("key", SOON).path("key").asString()).isEqualTo(KEYS.substring(i, i + 1));
        }

        assertThat(baresip.ask("hear", Map.of("seconds", 2, "hz", LOW.hertz()))
                        .path("share")
                        .asDouble())
                .isGreaterThan(0.8);
    }

    @Test
    void itReportsHowItFares() throws InterruptedException {
        // Its reports come every few seconds.
        await().pollDelay(Duration.ofSeconds(14)).atMost(Duration.ofSeconds(20)).until(() -> true);

        pair.perform(new MediaCommand.Release());

        List<MediaQuality> both = List.of(pair.quality(), pair.quality());
        assertThat(both)
                .anySatisfy(quality -> assertThat(quality.roundTrip()).isBetween(Duration.ZERO, Duration.ofSeconds(1)));
    }
}
