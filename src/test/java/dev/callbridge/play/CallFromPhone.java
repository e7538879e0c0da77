package dev.callbridge.play;

import dev.callbridge.call.AnswerPolicy;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.Parties;
import dev.callbridge.call.Sdp;
import dev.callbridge.matrix.leg.InviterArrival;
import dev.callbridge.matrix.leg.InviterLeg;
import dev.callbridge.matrix.leg.InviterMessage;
import dev.callbridge.matrix.leg.InviterState;
import dev.callbridge.matrix.leg.TalkArrival;
import dev.callbridge.matrix.leg.TalkMessage;
import dev.callbridge.sip.leg.SessionInterval;
import dev.callbridge.testkit.VirtualTime;
import java.time.Duration;

/// The telephone dials.
final class CallFromPhone extends WholeCall {

    private static final Duration LIFETIME = Duration.ofSeconds(65);

    private final PlayedLeg<InviterState, InviterArrival, InviterMessage> leg;
    private final Trunk trunk;

    /// @param interval what the phone's INVITE says of the session timer
    /// @param updates whether the phone takes UPDATE
    CallFromPhone(VirtualTime time, SessionInterval interval, boolean updates) {
        super(time, AnswerPolicy.WHEN_MEDIA_FLOWS, PlayedCall.CALLEE, PlayedCall.CALLER);
        leg = new PlayedLeg<>(time, new InviterLeg(LIFETIME), this::send, tellsCall(PlayedCall.CALLEE));
        trunk = new Trunk(time, interval, updates, true, phone::hear, tellsCall(PlayedCall.CALLER));
        call.seat(PlayedCall.CALLEE, leg);
        call.seat(PlayedCall.CALLER, trunk.callee);
    }

    @Override
    void dial() {
        phoneWants(new LegCommand.Dial(Parties.of(BERLIN, ALICE), phone.describe()));
    }

    private void send(InviterMessage message) {
        switch (message) {
            case InviterMessage.Reach _ -> up.carry(() -> leg.arrived(new InviterArrival.RoomReady()));
            case InviterMessage.Invite(var offer) -> {
                down.carry(() -> answer(offer));
                up.carry(() -> leg.arrived(new InviterArrival.InviteSent("$invite")));
            }
            case InviterMessage.Hangup(var cause) -> down.carry(() -> client.hungUp(cause));
            case InviterMessage.SelectAnswer _, InviterMessage.Notice _, InviterMessage.Close _ -> {}
            case InviterMessage.Withdraw _, InviterMessage.MissedCall _, InviterMessage.Speak _ ->
                throw new AssertionError("nobody gave up: " + message);
            case TalkMessage inTalk -> say(inTalk);
        }
    }

    private void answer(Sdp offer) {
        Duration rings = time.between(Duration.ofSeconds(2), Duration.ofSeconds(5));
        VirtualTime.Timer _ = time.after(rings, () -> {
            Sdp answer = client.accept(offer);
            up.carry(() -> leg.arrived(new InviterArrival.Answered(Client.peer(answer), answer)));
        });
    }

    @Override
    void heard(TalkArrival arrival) {
        leg.arrived(arrival);
    }

    @Override
    void clientHangsUp() {
        up.carry(() -> leg.arrived(new InviterArrival.HungUp(Client.PARTY, CallEnd.of(HangupCause.NORMAL))));
    }

    @Override
    void phoneWants(LegCommand command) {
        trunk.caller.asked(command);
    }

    @Override
    DialogEnd ourEnd() {
        return trunk.calleesEnd();
    }

    @Override
    DialogEnd phonesEnd() {
        return trunk.callersEnd();
    }

    @Override
    void cutTrunk() {
        trunk.cut();
    }
}
