package dev.callbridge.media;

import static dev.callbridge.media.PhonePair.CALLEE;
import static dev.callbridge.media.PhonePair.CALLER;
import static dev.callbridge.media.PhonePair.LOW;
import static dev.callbridge.media.PhonePair.hears;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.MediaProfile.Srtp;
import dev.callbridge.bridge.MediaProfile.SymmetricRtp;
import dev.callbridge.bridge.MediaQuality;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.call.MediaEvent;
import dev.callbridge.call.Sdp;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.testkit.LineChild;
import dev.callbridge.testkit.Softphone;
import dev.callbridge.testkit.SoftphoneCall;
import dev.callbridge.testkit.Tone;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Keys and reports of real telephones. Their SIP is answered without the bridge's.
@Timeout(120)
@ParameterizedClass
@EnumSource
class DigitsIT {

    private static final String ALL = "0123456789*#ABCD";

    /// A make of telephone, and the keys that it has.
    enum Make {
        BARESIP("phone.py", ALL),
        LINPHONE("linphone.py", "0123456789*#");

        private final String program;
        private final String keys;

        Make(String program, String keys) {
            this.program = program;
            this.keys = keys;
        }

        private LineChild start(Softphone peer) {
            return LineChild.demo(program, "--peer", peer.hostPort(), "--number", "+4930111111");
        }
    }

    private static final Tone VOICE = new Tone(700);
    private static final Duration SOON = Duration.ofSeconds(10);

    private final Softphone sip = new Softphone("127.0.0.1");
    private final Make make;
    private final LineChild telephone;
    private final PhonePair pair = new PhonePair(trunk(), trunk(), AudioCodec.PCMA);

    DigitsIT(Make make) {
        this.make = make;
        telephone = make.start(sip);
    }

    /// One that is known by where its messages come from: linphone names another address of the machine when it calls.
    private static MediaProfile trunk() {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        return new MediaProfile.PlainRtp(
                List.of(AudioCodec.PCMA), loopback, null, loopback, SymmetricRtp.AUTO, Srtp.OFF, true);
    }

    @BeforeEach
    void connect() throws InterruptedException {
        telephone.ask("speak", Map.of("hz", VOICE.hertz()));
        var _ = telephone.send("dial", Map.of("number", "+4930901820"));
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
        telephone.close();
        sip.close();
    }

    @Test
    void eachOfItsKeysArrivesOnce() {
        for (int i = 0; i < make.keys.length(); i++) {
            telephone.ask("key", Map.of("key", make.keys.substring(i, i + 1)));
            int pressed = i + 1;
            await().atMost(SOON).until(() -> pair.callee.keys().size() >= pressed);
        }

        hears(pair.callee, VOICE);
        assertThat(pair.callee.keys())
                .isEqualTo(IntStream.range(0, make.keys.length())
                        .mapToObj(String::valueOf)
                        .toList());
        assertThat(pair.callee.lastKeyLength()).isBetween(100, 400);
    }

    @Test
    void itHearsEachKeyOnce() {
        for (int i = 0; i < ALL.length(); i++) {
            pair.callee.press(i);
            assertThat(telephone.event("key", SOON).path("key").asString()).isEqualTo(ALL.substring(i, i + 1));
        }

        // On a busy machine linphone needs a while to catch up with the sound.
        Map<String, Integer> low = Map.of("seconds", 1, "hz", LOW.hertz());
        await().atMost(SOON)
                .until(() -> telephone.ask("hear", low).path("share").asDouble() > 0.8);
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
