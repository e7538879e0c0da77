package dev.callbridge.media;

import static dev.callbridge.media.PhonePair.CALLEE;
import static dev.callbridge.media.PhonePair.CALLER;
import static dev.callbridge.media.PhonePair.HIGH;
import static dev.callbridge.media.PhonePair.LOW;
import static dev.callbridge.media.PhonePair.hears;
import static dev.callbridge.media.PhonePair.hearsNothing;
import static dev.callbridge.media.PhonePair.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.call.MediaEvent;
import dev.callbridge.call.Sdp;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.MediaDescription;
import dev.callbridge.sdp.SessionDescription;
import dev.callbridge.testkit.RtpPhone;
import dev.callbridge.testkit.Tone;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MediaCallTest {

    private final PhonePair pair = new PhonePair(AudioCodec.PCMA, AudioCodec.PCMU);

    @AfterEach
    void close() {
        pair.close();
    }

    @Nested
    class WhenBothTalk {

        @BeforeEach
        void connect() throws InterruptedException {
            pair.connected();
        }

        @Test
        void holdIsPassedOnAndHeardAndSoIsItsEnd() throws InterruptedException {
            SessionDescription held = pair.revised(CALLER, with("sendonly", pair.caller.description()));
            assertThat(held.audioDirection()).contains(Direction.RECVONLY);
            assertThat(pair.next(MediaEvent.Outdated.class)).isEqualTo(new MediaEvent.Outdated(CALLEE));
            hearsNothing(pair.caller);
            hears(pair.callee, HIGH);

            SessionDescription offer = pair.described(CALLEE);
            assertThat(offer.audioDirection()).contains(Direction.SENDONLY);
            pair.perform(new MediaCommand.Conclude(CALLEE, new Sdp(with("recvonly", pair.callee.description()))));

            SessionDescription resumed = pair.revised(CALLER, pair.caller.description());
            assertThat(resumed.audioDirection()).contains(Direction.SENDRECV);
            assertThat(resumed.origin().version()).isEqualTo(held.origin().version() + 1);
            assertThat(resumed.origin().sessionId()).isEqualTo(held.origin().sessionId());
            assertThat(pair.next(MediaEvent.Outdated.class)).isEqualTo(new MediaEvent.Outdated(CALLEE));
            hears(pair.caller, LOW);
            assertThat(pair.described(CALLEE).audioDirection()).contains(Direction.SENDRECV);
            pair.perform(new MediaCommand.Conclude(CALLEE, new Sdp(pair.callee.description())));
            pair.saysNothingFor(Duration.ofMillis(200));
            hears(pair.callee, HIGH);
            assertThat(pair.callee.sources()).isEqualTo(1);
        }

        @Test
        void nothingIsSentToAnUnspecifiedAddress() throws InterruptedException {
            String description = pair.callee.description().replace("c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0");

            assertThat(pair.revised(CALLEE, description).audioDirection()).contains(Direction.RECVONLY);
            pair.next(MediaEvent.Outdated.class);
            hearsNothing(pair.callee);

            pair.revised(CALLEE, pair.callee.description());
            hears(pair.callee, HIGH);
        }

        @Test
        void theSameIsSaidInTheSameWords() throws InterruptedException {
            SessionDescription once = pair.revised(CALLER, pair.caller.description());

            assertThat(pair.revised(CALLER, pair.caller.description())).isEqualTo(once);
            assertThat(pair.described(CALLER)).isEqualTo(once);
        }

        @Test
        void addedVideoIsRefusedAndStaysSoWhileAudioGoesOn() throws InterruptedException {
            SessionDescription answer = pair.revised(
                    CALLEE, pair.callee.description() + "m=video 4002 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n");
            assertThat(answer.media()).extracting(MediaDescription::kind).containsExactly("audio", "video");
            assertThat(answer.media().get(1).port()).isZero();

            SessionDescription offer = pair.described(CALLEE);

            assertThat(offer.media()).extracting(MediaDescription::kind).containsExactly("audio", "video");
            assertThat(offer.media().get(1).port()).isZero();
            hears(pair.callee, HIGH);
        }

        @Test
        void rtcpGoesBesideRtpWhereThatIsOffered() throws InterruptedException {
            assertThat(pair.described(CALLEE).text()).doesNotContain("a=rtcp-mux");
            pair.perform(new MediaCommand.Revert(CALLEE));

            SessionDescription answer = pair.revised(CALLEE, pair.callee.description() + "a=rtcp-mux\r\n");

            assertThat(answer.text()).contains("a=rtcp-mux\r\n");
            assertThat(pair.described(CALLEE).text()).contains("a=rtcp-mux\r\n");
            hears(pair.callee, HIGH);
        }

        @Test
        void aNewAddressIsSentToAndTheOldOneNotHeardAnyMore() throws InterruptedException {
            try (var moved = new RtpPhone(InetAddress.ofLiteral("127.0.0.3"), new Tone(2000), AudioCodec.PCMA)) {
                SessionDescription answer = pair.revised(CALLEE, moved.description());
                moved.talkTo(answer.text());

                hears(moved, HIGH);
                hears(pair.caller, new Tone(2000));
                hearsNothing(pair.callee);
            }
        }

        @Test
        void aNewOfferWithoutACommonCodecChangesNothing() throws InterruptedException {
            pair.perform(new MediaCommand.Revise(
                    CALLEE,
                    new Sdp(pair.callee
                            .description()
                            .replaceFirst("m=audio (\\d+) RTP/AVP .*", "m=audio $1 RTP/AVP 18"))));

            assertThat(pair.next(MediaEvent.NotRevised.class)).isEqualTo(new MediaEvent.NotRevised(CALLEE));
            hears(pair.callee, HIGH);
            hears(pair.caller, LOW);
        }

        @Test
        void codecsChangeBothWays() throws InterruptedException {
            String narrowed = pair.callee.description().replace("RTP/AVP 8 0 ", "RTP/AVP 0 ");

            SessionDescription answer = pair.revised(CALLEE, narrowed);
            pair.callee.talkTo(answer.text());
            assertThat(pair.next(MediaEvent.Outdated.class)).isEqualTo(new MediaEvent.Outdated(CALLER));
            SessionDescription offer = pair.described(CALLER);
            pair.caller.talkTo(offer.text());
            pair.perform(new MediaCommand.Conclude(CALLER, new Sdp(pair.caller.description())));

            hears(pair.callee, HIGH);
            hears(pair.caller, LOW);
        }

        @Test
        void theLaterOfTwoOffersThatCrossCounts() throws InterruptedException {
            pair.revised(CALLER, with("sendonly", pair.caller.description()));
            pair.next(MediaEvent.Outdated.class);
            pair.described(CALLEE);

            SessionDescription answer = pair.revised(CALLEE, pair.callee.description());
            pair.perform(new MediaCommand.Revert(CALLEE));
            pair.perform(new MediaCommand.Conclude(CALLEE, new Sdp(with("inactive", pair.callee.description()))));

            assertThat(answer.audioDirection()).contains(Direction.SENDONLY);
            pair.saysNothingFor(Duration.ofMillis(200));
            hears(pair.callee, HIGH);
        }

        @Test
        void aRefusedOfferLeavesWhatWasAgreedOn() throws InterruptedException {
            pair.described(CALLEE);
            pair.perform(new MediaCommand.Revert(CALLEE));

            pair.saysNothingFor(Duration.ofMillis(200));
            hears(pair.callee, HIGH);
            hears(pair.caller, LOW);
        }
    }

    @Nested
    class WhenTheCallerLeavesTheOfferToUs {

        @Test
        void itIsOfferedWhatTheCalleeTookAndHeardOnceItAnswered() throws InterruptedException {
            pair.perform(new MediaCommand.Prepare(CALLER, null, CALLEE));
            pair.callee.talkTo(pair.next(MediaEvent.Prepared.class).offer().text());
            pair.perform(new MediaCommand.Match(CALLEE, new Sdp(pair.callee.description()), CALLER, false, false));
            String offer = pair.next(MediaEvent.Matched.class).answer().text();
            assertThat(offer).contains("RTP/AVP 8 0 101");
            pair.next(MediaEvent.Flowing.class);

            pair.caller.talkTo(offer);
            pair.perform(new MediaCommand.Conclude(CALLER, new Sdp(pair.caller.description())));

            hears(pair.caller, LOW);
            hears(pair.callee, HIGH);
        }

        @Test
        void anAnswerThatTakesNothingFailsTheCall() throws InterruptedException {
            pair.perform(new MediaCommand.Prepare(CALLER, null, CALLEE));
            pair.next(MediaEvent.Prepared.class);
            pair.perform(new MediaCommand.Match(CALLEE, new Sdp(pair.callee.description()), CALLER, false, false));
            pair.next(MediaEvent.Matched.class);
            pair.next(MediaEvent.Flowing.class);

            pair.perform(new MediaCommand.Conclude(
                    CALLER, new Sdp(pair.caller.description().replaceFirst("RTP/AVP .*", "RTP/AVP 18"))));

            assertThat(pair.next(MediaEvent.Failed.class))
                    .isEqualTo(new MediaEvent.Failed(CALLER, HangupCause.NO_COMMON_CODEC));
        }
    }

    @Nested
    class BeforeTheCalleeAnswers {

        @Test
        void itIsListenedToUntilSomethingIsAudible() throws InterruptedException {
            pair.dialled();
            pair.caller.talkTo(pair.caller.description());

            pair.perform(new MediaCommand.Preview(CALLEE, new Sdp(pair.callee.description())));

            assertThat(pair.next(MediaEvent.Audible.class)).isEqualTo(new MediaEvent.Audible(CALLEE));
            pair.saysNothingFor(Duration.ofMillis(300));
        }

        @Test
        void itHearsOnlySilenceWhileTheCallerIsMuted() throws InterruptedException {
            pair.dialled();
            pair.perform(new MediaCommand.Match(CALLEE, new Sdp(pair.callee.description()), CALLER, true, true));
            pair.caller.talkTo(pair.next(MediaEvent.Matched.class).answer().text());
            pair.next(MediaEvent.Flowing.class);

            hears(pair.caller, LOW);
            assertThat(pair.callee.received()).isGreaterThan(3);
            assertThat(pair.callee.isSilent()).isTrue();

            pair.perform(new MediaCommand.Conclude(CALLEE, new Sdp(pair.callee.description())));
            hears(pair.callee, HIGH);
            assertThat(pair.callee.sources()).isEqualTo(1);
        }

        @Test
        void theAnswerOfAnotherPhoneTakesThePlaceOfThePreview() throws InterruptedException {
            String offer = pair.dialled();
            try (var other = new RtpPhone(InetAddress.ofLiteral("127.0.0.4"), new Tone(2000), AudioCodec.PCMA)) {
                pair.perform(new MediaCommand.Match(CALLEE, new Sdp(pair.callee.description()), CALLER, true, false));
                pair.caller.talkTo(pair.next(MediaEvent.Matched.class).answer().text());
                hears(pair.caller, LOW);
                other.talkTo(offer);

                pair.perform(new MediaCommand.Conclude(CALLEE, new Sdp(other.description())));

                hears(other, HIGH);
                hears(pair.caller, new Tone(2000));
            }
        }

        @Test
        void whatIsHeardMayMove() throws InterruptedException {
            String offer = pair.dialled();
            try (var announcement = new RtpPhone(InetAddress.ofLiteral("127.0.0.5"), new Tone(2000), AudioCodec.PCMU)) {
                pair.perform(new MediaCommand.Match(CALLEE, new Sdp(pair.callee.description()), CALLER, true, true));
                pair.caller.talkTo(pair.next(MediaEvent.Matched.class).answer().text());
                pair.next(MediaEvent.Flowing.class);
                announcement.talkTo(offer);

                pair.perform(new MediaCommand.Preview(CALLEE, new Sdp(announcement.description())));

                hears(pair.caller, new Tone(2000));
                await().atMost(Duration.ofSeconds(2)).until(() -> announcement.received() > 3);
            }
        }
    }

    @Test
    void whatATelephoneSaidWhileItRangGoesForItsLaterAnswer() throws InterruptedException {
        pair.dialled();
        try (var other = new RtpPhone(InetAddress.getLoopbackAddress(), LOW, AudioCodec.PCMA)) {
            other.talkTo(pair.revised(CALLEE, other.description()).text());
            pair.perform(new MediaCommand.Match(CALLEE, new Sdp(pair.callee.description()), CALLER, false, false));
            pair.caller.talkTo(pair.next(MediaEvent.Matched.class).answer().text());
            pair.next(MediaEvent.Flowing.class);

            hears(other, HIGH);
            hearsNothing(pair.callee);
        }
    }

    @Test
    void anotherPlaceIsOfferedWhatItTakesAndTalksThere() throws InterruptedException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        var first = new MediaProfile.PlainRtp(List.of(AudioCodec.PCMA), loopback);
        var second = new MediaProfile.PlainRtp(List.of(AudioCodec.PCMU), loopback);
        try (var moving = new PhonePair(List.of(first, second), AudioCodec.PCMA, AudioCodec.PCMU)) {
            assertThat(moving.dialled()).contains("PCMA/8000").doesNotContain("PCMU/8000");

            moving.perform(new MediaCommand.Move(CALLEE, 1));
            String offer = moving.next(MediaEvent.Described.class).offer().text();
            assertThat(offer).contains("PCMU/8000").doesNotContain("PCMA/8000");

            moving.callee.talkTo(offer);
            moving.answered();
            hears(moving.callee, HIGH);
            hears(moving.caller, LOW);
        }
    }

    @Test
    void aPlaceWithoutACommonCodecIsDeclined() throws InterruptedException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        var first = new MediaProfile.PlainRtp(List.of(AudioCodec.PCMA), loopback);
        var second = new MediaProfile.PlainRtp(List.of(AudioCodec.G722), loopback);
        try (var moving = new PhonePair(List.of(first, second), AudioCodec.PCMA)) {
            moving.dialled();

            moving.perform(new MediaCommand.Move(CALLEE, 1));

            assertThat(moving.next(MediaEvent.NotRevised.class)).isEqualTo(new MediaEvent.NotRevised(CALLEE));
        }
    }
}
