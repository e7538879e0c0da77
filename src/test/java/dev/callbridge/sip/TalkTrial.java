package dev.callbridge.sip;

import static org.awaitility.Awaitility.await;

import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.Softphone;
import dev.callbridge.testkit.Softphone.Via;
import dev.callbridge.testkit.SoftphoneCall;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/// Somebody talks to a telephone, on real sockets: both roles.
@Timeout(60)
abstract class TalkTrial {

    static final String CALLER = "<sip:+4930123456@carrier.example>";

    /// Who called.
    enum Role {
        WE("callee"),
        THEY("caller");

        /// The telephone's leg.
        final String leg;

        Role(String leg) {
            this.leg = leg;
        }
    }

    final Softphone phone = new Softphone("127.0.0.2");
    final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
        phone.close();
    }

    /// A call in which both talk.
    SoftphoneCall talk(Role role, String... settings) {
        rig.trunk("carrier", phone.hostPort(), settings).start();
        SoftphoneCall call;
        if (role == Role.WE) {
            alice = rig.dials(new PhoneNumber(Rig.PHONE));
            call = phone.expectInvite();
            call.answer(phone.sdp(4_000), "Allow: INVITE, ACK, BYE, CANCEL, UPDATE, INFO");
            call.expectAck();
            alice.expect(LegCommand.Answer.class);
        } else {
            call = answered(Rig.ALICES_NUMBER);
        }
        call.answerBye();
        await().until(() -> !rig.journal.dialogs.isEmpty());
        return call;
    }

    /// They call, and somebody answers.
    SoftphoneCall answered(String called) {
        var call = phone.call(CALLER, called, rig.address(), Via.UDP, phone.sdp(4_000));
        alice = rig.expectCalled();
        alice.expect(LegCommand.Dial.class);
        alice.says(new LegEvent.Answered(Rig.sdp(6_000)));
        call.expectStatus(200);
        call.ack();
        return call;
    }

    Person alice = new Person();
}
