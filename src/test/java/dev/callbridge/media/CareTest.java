package dev.callbridge.media;

import static dev.callbridge.media.PhonePair.CALLEE;
import static dev.callbridge.media.PhonePair.CALLER;
import static dev.callbridge.media.PhonePair.HIGH;
import static dev.callbridge.media.PhonePair.LOW;
import static dev.callbridge.media.PhonePair.hears;
import static dev.callbridge.media.PhonePair.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.MediaQuality;
import dev.callbridge.call.Digit;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegId;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.call.MediaEvent;
import dev.callbridge.call.Sdp;
import dev.callbridge.call.Trouble;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.SessionDescription;
import dev.callbridge.testkit.RtpPhone;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the bridge does for a call besides passing packets on, between two telephones on loopback.
@Timeout(60)
class CareTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final PhonePair pair = new PhonePair(AudioCodec.PCMA);

    @AfterEach
    void close() {
        pair.close();
    }

    private void disturbed(LegId leg, Trouble trouble) throws InterruptedException {
        assertThat(pair.next(MediaEvent.Disturbed.class)).isEqualTo(new MediaEvent.Disturbed(leg, trouble));
    }

    private void undisturbed(LegId leg, Trouble trouble) throws InterruptedException {
        assertThat(pair.next(MediaEvent.Undisturbed.class)).isEqualTo(new MediaEvent.Undisturbed(leg, trouble));
    }

    @Test
    void everyKeyArrivesOnceAndTheSoundGoesOn() throws InterruptedException {
        pair.connected();
        hears(pair.callee, HIGH);

        IntStream.rangeClosed(0, 15).forEach(pair.caller::press);

        List<String> all =
                IntStream.rangeClosed(0, 15).mapToObj(Integer::toString).toList();
        await().atMost(SOON).untilAsserted(() -> assertThat(pair.callee.keys()).isEqualTo(all));
        await().atMost(SOON).until(() -> pair.callee.lastKeyLength() == 100);
        hears(pair.callee, HIGH);
        assertThat(pair.callee.keys()).isEqualTo(all);
        assertThat(pair.callee.sources()).isEqualTo(1);
    }

    @Test
    void keysOfSignalingAreHeard() throws InterruptedException {
        pair.connected();

        pair.perform(new MediaCommand.Press(CALLEE, new Digit('#'), Duration.ofMillis(250)));

        await().atMost(SOON).untilAsserted(() -> assertThat(pair.callee.keys()).containsExactly("11"));
        await().atMost(SOON).until(() -> pair.callee.lastKeyLength() == 250);
        assertThat(pair.caller.keys()).isEmpty();
    }

    @Test
    void keysAreToldOfIfTheOtherSideKnowsNoEvents() throws InterruptedException {
        pair.dialled();
        String deaf = pair.callee
                .description()
                .replaceAll("a=(rtpmap|fmtp):97 [^\r]*\r\n", "")
                .replace(" 97\r", "\r");
        pair.perform(new MediaCommand.Match(CALLEE, new Sdp(deaf), CALLER, false, false));
        pair.caller.talkTo(pair.next(MediaEvent.Matched.class).answer().text());
        pair.next(MediaEvent.Flowing.class);
        hears(pair.callee, HIGH);

        pair.caller.press(7);

        assertThat(pair.next(MediaEvent.Pressed.class))
                .isEqualTo(new MediaEvent.Pressed(CALLER, new Digit('7'), Duration.ofMillis(100)));
    }

    @Test
    void aTrunkGetsSilenceFromWhoSendsNothing() throws InterruptedException {
        pair.connected();
        hears(pair.callee, HIGH);

        pair.caller.stop(true);
        await().atMost(SOON).until(() -> {
            pair.callee.forget();
            long before = pair.callee.received();
            await().atMost(Duration.ofSeconds(2)).until(() -> pair.callee.received() > before + 20);
            return pair.callee.isSilent();
        });

        pair.caller.stop(false);
        hears(pair.callee, HIGH);
        assertThat(pair.callee.sources()).isEqualTo(1);
    }

    @Test
    void whoIsOnHoldHearsASignal() throws InterruptedException {
        pair.connected();
        hears(pair.callee, HIGH);
        pair.caller.mute(true);

        pair.revised(CALLER, with("sendonly", pair.caller.description()));
        assertThat(pair.next(MediaEvent.Outdated.class).leg()).isEqualTo(CALLEE);

        hearsTheSignal();
        pair.caller.mute(false);
        hears(pair.callee, HIGH);
    }

    private void hearsTheSignal() {
        await().atMost(SOON).until(() -> {
            pair.callee.forget();
            long before = pair.callee.received();
            await().atMost(Duration.ofSeconds(2)).until(() -> pair.callee.received() > before + 20);
            return !pair.callee.isSilent() && !pair.callee.hears(HIGH);
        });
    }

    @Test
    void whoIsOnHoldByInactiveHearsASignalStillWhenItHasBeenTold() throws InterruptedException {
        pair.connected();
        hears(pair.callee, HIGH);

        SessionDescription held = pair.revised(CALLER, with("inactive", pair.caller.description()));
        assertThat(held.audioDirection()).contains(Direction.INACTIVE);
        pair.next(MediaEvent.Outdated.class);
        assertThat(pair.described(CALLEE).audioDirection()).contains(Direction.SENDONLY);
        pair.perform(new MediaCommand.Conclude(CALLEE, new Sdp(with("recvonly", pair.callee.description()))));

        hearsTheSignal();
        pair.revised(CALLER, pair.caller.description());
        hears(pair.callee, HIGH);
    }

    @Test
    void eachSideIsToldHowItFaresAndSoIsTheJournal() throws InterruptedException {
        pair.connected();
        hears(pair.callee, HIGH);
        await().atMost(SOON).until(() -> !pair.callee.reports().isEmpty());
        pair.callee.report(42);
        // That came, once something else is sent back.
        await().atMost(SOON).until(() -> pair.callee.reports().size() > 1);

        pair.perform(new MediaCommand.Release());

        List<MediaQuality> both = List.of(pair.quality(), pair.quality());
        MediaQuality quality = both.stream()
                .filter(each -> each.roundTrip() != null)
                .findFirst()
                .orElseThrow();
        assertThat(quality.sent().lost()).isEqualTo(42);
        assertThat(quality.sent().jitter()).isEqualTo(Duration.ofMillis(10));
        assertThat(quality.roundTrip()).isBetween(Duration.ZERO, Duration.ofSeconds(1));
        assertThat(both).allSatisfy(each -> {
            assertThat(each.received().packets()).isGreaterThan(100);
            assertThat(each.sent().packets()).isGreaterThan(100);
            assertThat(each.received().lost()).isZero();
        });
        await().atMost(SOON).until(() -> isGoodbye(pair.callee) && isGoodbye(pair.caller));
    }

    private static boolean isGoodbye(RtpPhone phone) {
        ByteBuffer report = ByteBuffer.wrap(phone.reports().getLast());
        return report.get(report.limit() - 7) == (byte) 203;
    }

    @Nested
    class TheWatchdog {

        @Test
        void noticesASideThatIsNeverHeardAndThenIs() throws InterruptedException {
            pair.callee.stop(true);
            pair.connected();

            disturbed(CALLEE, Trouble.NEVER_HEARD);
            pair.callee.stop(false);
            undisturbed(CALLEE, Trouble.NEVER_HEARD);
        }

        @Test
        void writesDownThatWhoWasHeardFellSilentAndWarnsNobody() throws InterruptedException {
            pair.connected();
            hears(pair.callee, HIGH);

            pair.caller.mute(true);
            assertThat(pair.disturbance()).isEqualTo("caller silent true");
            pair.caller.mute(false);
            assertThat(pair.disturbance()).isEqualTo("caller silent false");
            pair.saysNothingFor(Duration.ofMillis(200));
        }

        @Test
        void noticesAnInterruptionAndThenALoss() throws InterruptedException {
            pair.connected();
            hears(pair.callee, HIGH);

            pair.caller.stop(true);

            disturbed(CALLER, Trouble.INTERRUPTED);
            undisturbed(CALLER, Trouble.INTERRUPTED);
            assertThat(pair.next(MediaEvent.Failed.class))
                    .isEqualTo(new MediaEvent.Failed(CALLER, HangupCause.MEDIA_LOST));
        }

        @Test
        void waitsWhileSomebodyHolds() throws InterruptedException {
            pair.connected();
            hears(pair.caller, LOW);
            pair.revised(CALLER, with("sendonly", pair.caller.description()));
            pair.next(MediaEvent.Outdated.class);
            pair.caller.stop(true);
            pair.callee.stop(true);

            pair.saysNothingFor(Duration.ofSeconds(5));
        }
    }
}
