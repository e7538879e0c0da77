package dev.callbridge.play;

import dev.callbridge.call.AnswerPolicy;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.Parties;
import dev.callbridge.call.Sdp;
import dev.callbridge.matrix.leg.InviteeArrival;
import dev.callbridge.matrix.leg.InviteeLeg;
import dev.callbridge.matrix.leg.InviteeMessage;
import dev.callbridge.matrix.leg.InviteeState;
import dev.callbridge.matrix.leg.TalkArrival;
import dev.callbridge.matrix.leg.TalkMessage;
import dev.callbridge.sip.leg.SessionInterval;
import dev.callbridge.testkit.VirtualTime;

/// The Matrix user dials.
final class CallFromMatrix extends WholeCall {

    private static final String US = "us";

    private final PlayedLeg<InviteeState, InviteeArrival, InviteeMessage> leg;
    private final Trunk trunk;

    /// @param interval what our INVITE says of the session timer
    /// @param updates whether the phone takes UPDATE
    CallFromMatrix(VirtualTime time, SessionInterval interval, boolean updates) {
        super(time, AnswerPolicy.AT_ONCE, PlayedCall.CALLER, PlayedCall.CALLEE);
        leg = new PlayedLeg<>(time, new InviteeLeg(US), this::send, tellsCall(PlayedCall.CALLER));
        trunk = new Trunk(time, interval, true, updates, tellsCall(PlayedCall.CALLEE), phone::hear);
        call.seat(PlayedCall.CALLER, leg);
        call.seat(PlayedCall.CALLEE, trunk.caller);
    }

    @Override
    void dial() {
        Sdp offer = client.describe();
        up.carry(() -> leg.arrived(new InviteeArrival.Invite(Parties.of(ALICE, BERLIN), offer, Client.peer(offer))));
    }

    private void send(InviteeMessage message) {
        switch (message) {
            case InviteeMessage.Answer(var answer) ->
                down.carry(() -> {
                    client.taken(answer);
                    up.carry(() -> leg.arrived(new InviteeArrival.Selected(US)));
                });
            case InviteeMessage.Hangup(var cause) -> down.carry(() -> client.hungUp(cause));
            case InviteeMessage.Notice _, InviteeMessage.Close _ -> {}
            case InviteeMessage.Reject _ -> throw new AssertionError("nobody refused: " + message);
            case TalkMessage inTalk -> say(inTalk);
        }
    }

    @Override
    void heard(TalkArrival arrival) {
        leg.arrived(arrival);
    }

    @Override
    void clientHangsUp() {
        up.carry(() -> leg.arrived(new InviteeArrival.HungUp(CallEnd.of(HangupCause.NORMAL))));
    }

    @Override
    void phoneWants(LegCommand command) {
        trunk.callee.asked(command);
    }

    @Override
    DialogEnd ourEnd() {
        return trunk.callersEnd();
    }

    @Override
    DialogEnd phonesEnd() {
        return trunk.calleesEnd();
    }

    @Override
    void cutTrunk() {
        trunk.cut();
    }
}
