package dev.callbridge;

import static dev.callbridge.Bench.sdp;

import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.testkit.FakeCall;
import dev.callbridge.testkit.FakeUser;
import dev.callbridge.testkit.RtpPhone;
import dev.callbridge.testkit.SoftphoneCall;
import dev.callbridge.testkit.WebRtcPeer;
import java.util.function.UnaryOperator;

/// A Matrix user and a telephone that talk.
///
/// @param matrix the call as the user's client sees it
/// @param sip the call as the telephone sees it
record Conversation(FakeUser user, FakeCall matrix, SoftphoneCall sip, WebRtcPeer browser, RtpPhone phone)
        implements AutoCloseable {

    /// A user calls a telephone.
    static Conversation fromMatrix(Bench bench, AudioCodec codec) {
        return fromMatrix(bench, codec, UnaryOperator.identity());
    }

    /// @param way what becomes of the bridge's description on the way to the browser
    static Conversation fromMatrix(Bench bench, AudioCodec codec, UnaryOperator<String> way) {
        FakeUser alice = bench.newUser();
        String number = Bench.newNumber();
        var browser = new WebRtcPeer(Bench.BROWSER);
        RtpPhone phone = Bench.rtp(codec);
        FakeCall call = bench.calls(alice, number, browser.offer());
        SoftphoneCall ringing = bench.trunk.expectInvite(number);
        phone.talkTo(ringing.invite().body());
        ringing.ring();
        ringing.answer(phone.description());
        ringing.expectAck();
        browser.answered(way.apply(sdp(call.expectAnswer(), "answer")));
        return new Conversation(alice, call, ringing, browser, phone);
    }

    /// A telephone that the user knows calls.
    static Conversation fromPhone(Bench bench, AudioCodec codec) {
        Bench.Line bob = bench.newLine();
        String number = Bench.newNumber();
        String room = bench.knows(bob.user(), number);
        RtpPhone phone = Bench.rtp(codec);
        SoftphoneCall sip = bench.dials(number, bob, phone.description());
        FakeCall ringing = bob.user().expectCall();
        if (!ringing.room().equals(room)) {
            throw new AssertionError("it rings elsewhere");
        }
        var browser = new WebRtcPeer(Bench.BROWSER);
        ringing.answers(browser.answer(sdp(ringing.expectInvite(), "offer")));
        phone.talkTo(sip.expectStatus(200).body());
        sip.ack();
        return new Conversation(bob.user(), ringing, sip, browser, phone);
    }

    void bothHearEachOther() {
        Bench.bothHearEachOther(browser, phone);
    }

    @Override
    public void close() {
        browser.close();
        phone.close();
    }
}
