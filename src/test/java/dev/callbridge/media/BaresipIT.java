package dev.callbridge.media;

import static dev.callbridge.media.PhonePair.CALLEE;
import static dev.callbridge.media.PhonePair.CALLER;
import static dev.callbridge.media.PhonePair.LOW;
import static dev.callbridge.media.PhonePair.hears;
import static dev.callbridge.media.PhonePair.parsed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.MediaProfile.Srtp;
import dev.callbridge.bridge.MediaProfile.SymmetricRtp;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.call.MediaEvent;
import dev.callbridge.call.Sdp;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.SessionDescription;
import dev.callbridge.testkit.LineChild;
import dev.callbridge.testkit.SipMessage;
import dev.callbridge.testkit.Softphone;
import dev.callbridge.testkit.SoftphoneCall;
import dev.callbridge.testkit.Tone;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// The descriptions and packets of a real telephone. Its SIP is answered without the bridge's. It records what it hears
/// until it is first held; after that, only what it plays can be measured.
@Timeout(120)
class BaresipIT {

    private static final Tone VOICE = new Tone(700);

    private static LineChild baresip(Softphone peer, String srtp) {
        LineChild baresip = LineChild.demo(
                "phone.py", "--peer", peer.hostPort(), "--number", "+4930111111", "--codecs", "PCMA", "--srtp", srtp);
        baresip.ask("speak", Map.of("hz", VOICE.hertz()));
        return baresip;
    }

    private static MediaProfile trunk(Srtp srtp) {
        return new MediaProfile.PlainRtp(
                List.of(AudioCodec.PCMA), InetAddress.getLoopbackAddress(), null, null, SymmetricRtp.AUTO, srtp, true);
    }

    /// What comes in to it.
    private static void records(LineChild baresip, Tone tone) {
        measures("hear", baresip, tone);
    }

    /// What its loudspeaker gives.
    private static void plays(LineChild baresip, Tone tone) {
        measures("played", baresip, tone);
    }

    private static void measures(String command, LineChild baresip, Tone tone) {
        await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
            JsonNode heard = baresip.ask(command, Map.of("seconds", 1, "hz", tone.hertz()));
            assertThat(heard.path("share").asDouble()).as("%s", heard).isGreaterThan(0.8);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "off, OFF, RTP/AVP",
        "optional, OFF, RTP/AVP",
        "optional, OPTIONAL, RTP/AVP",
        "required, OPTIONAL, RTP/SAVP",
        "required, REQUIRED, RTP/SAVP"
    })
    void talksAndHoldsAndTalksAgain(String itsSrtp, Srtp ours, String protocol) throws InterruptedException {
        try (var sip = new Softphone("127.0.0.1");
                var baresip = baresip(sip, itsSrtp);
                var pair = new PhonePair(trunk(ours), trunk(Srtp.OFF), AudioCodec.PCMA)) {
            var _ = baresip.send("dial", Map.of("number", "+4930901820"));
            SoftphoneCall call = sip.expectInvite();
            String offer = call.invite().body();
            assertThat(offer).contains(" " + protocol + " ");
            pair.perform(new MediaCommand.Prepare(CALLER, new Sdp(offer), CALLEE));
            pair.callee.talkTo(pair.next(MediaEvent.Prepared.class).offer().text());
            pair.perform(new MediaCommand.Match(CALLEE, new Sdp(pair.callee.description()), CALLER, false, false));
            String answer = pair.next(MediaEvent.Matched.class).answer().text();
            assertThat(answer.contains("a=crypto")).isEqualTo(ours != Srtp.OFF);
            call.answer(answer);
            expect(pair, new MediaEvent.Flowing());
            hears(pair.callee, VOICE);
            records(baresip, LOW);

            baresip.ask("hold");
            SipMessage hold = call.expect("INVITE");
            Direction wished = parsed(hold.body()).audioDirection().orElseThrow();
            assertThat(wished.receives()).isFalse();
            call.answer(pair.revised(CALLER, hold.body()).text());
            expect(pair, new MediaEvent.Outdated(CALLEE));

            baresip.ask("resume");
            SessionDescription resumed =
                    pair.revised(CALLER, call.expect("INVITE").body());
            assertThat(resumed.audioDirection()).contains(Direction.SENDRECV);
            call.answer(resumed.text());
            plays(baresip, LOW);
            hears(pair.callee, VOICE);
        }
    }

    private static void expect(PhonePair pair, MediaEvent wanted) throws InterruptedException {
        MediaEvent next = pair.next(MediaEvent.class);
        while (!next.equals(wanted)) {
            next = pair.next(MediaEvent.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"off, OFF", "optional, OPTIONAL", "off, OPTIONAL", "required, REQUIRED"})
    void isCalledAndHeldAndResumed(String itsSrtp, Srtp ours) throws InterruptedException {
        try (var sip = new Softphone("127.0.0.1");
                var baresip = baresip(sip, itsSrtp);
                var pair = new PhonePair(trunk(Srtp.OFF), trunk(ours), AudioCodec.PCMA)) {
            baresip.ask("autoAnswer", Map.of("delay", 0));
            pair.perform(new MediaCommand.Prepare(CALLER, new Sdp(pair.caller.description()), CALLEE));
            String offer = pair.next(MediaEvent.Prepared.class).offer().text();
            String[] address = baresip.said("address").split(":", -1);
            SoftphoneCall call = sip.call(
                    "<sip:+4930901820@127.0.0.1>",
                    "+4930111111",
                    new InetSocketAddress(address[0], Integer.parseInt(address[1])),
                    Softphone.Via.UDP,
                    offer);
            String answer = call.expectStatus(200).body();
            call.ack();
            assertThat(answer.contains("a=crypto")).isEqualTo(ours != Srtp.OFF && !itsSrtp.equals("off"));
            pair.perform(new MediaCommand.Match(CALLEE, new Sdp(answer), CALLER, false, false));
            pair.caller.talkTo(pair.next(MediaEvent.Matched.class).answer().text());
            hears(pair.caller, VOICE);
            records(baresip, PhonePair.HIGH);

            expect(pair, new MediaEvent.Flowing());
            pair.perform(
                    new MediaCommand.Revise(CALLER, new Sdp(PhonePair.with("inactive", pair.caller.description()))));
            expect(pair, new MediaEvent.Outdated(CALLEE));
            Direction answered = reoffer(pair, call);
            assertThat(answered).isEqualTo(Direction.RECVONLY);

            pair.perform(new MediaCommand.Revise(CALLER, new Sdp(pair.caller.description())));
            expect(pair, new MediaEvent.Outdated(CALLEE));
            assertThat(reoffer(pair, call)).isEqualTo(Direction.SENDRECV);
            plays(baresip, PhonePair.HIGH);
            hears(pair.caller, VOICE);
        }
    }

    /// @return what baresip answers
    private static Direction reoffer(PhonePair pair, SoftphoneCall call) throws InterruptedException {
        call.inDialog("INVITE", pair.described(CALLEE).text());
        String answer = call.expectStatus(200).body();
        call.ack();
        pair.perform(new MediaCommand.Conclude(CALLEE, new Sdp(answer)));
        return parsed(answer).audioDirection().orElseThrow();
    }

    @Test
    void refusesToTalkInTheOpenWhereItMustNot() throws InterruptedException {
        try (var sip = new Softphone("127.0.0.1");
                var baresip = baresip(sip, "off");
                var pair = new PhonePair(trunk(Srtp.REQUIRED), trunk(Srtp.OFF), AudioCodec.PCMA)) {
            var _ = baresip.send("dial", Map.of("number", "+4930901820"));
            String offer = sip.expectInvite().invite().body();

            pair.perform(new MediaCommand.Prepare(CALLER, new Sdp(offer), CALLEE));

            assertThat(pair.next(MediaEvent.Failed.class).leg()).isEqualTo(CALLER);
            pair.saysNothingFor(Duration.ofMillis(100));
        }
    }
}
