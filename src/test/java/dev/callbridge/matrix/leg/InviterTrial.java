package dev.callbridge.matrix.leg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.Parties;
import dev.callbridge.call.Sdp;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.LegTrial;
import java.time.Duration;

/// For tests of a leg that calls a Matrix user.
abstract class InviterTrial extends LegTrial<InviterState, InviterArrival, InviterMessage> {

    static final MatrixUser ALICE = new MatrixUser("@alice:example.org");
    static final PhoneNumber BERLIN = new PhoneNumber("+4930901820");
    static final Sdp OFFER = new Sdp("v=0 offer");
    static final Sdp ANSWER = new Sdp("v=0 answer");
    static final CallEnd NORMAL = CallEnd.of(HangupCause.NORMAL);
    static final InviterMessage CLOSE = new InviterMessage.Close();
    static final InviterMessage MISSED = new InviterMessage.MissedCall();

    InviterTrial() {
        super(new InviterLeg(Duration.ofSeconds(65)));
    }

    static Peer peer(String party) {
        return new Peer(party, party.isEmpty() ? PeerVersion.ZERO : PeerVersion.ONE, !party.isEmpty());
    }

    static InviterArrival.Answered answered(String party) {
        return new InviterArrival.Answered(peer(party), ANSWER);
    }

    final void dial() {
        asked(new LegCommand.Dial(Parties.of(BERLIN, ALICE), OFFER));
    }

    /// Until the invite is on its way.
    final void invite() {
        dial();
        arrives(new InviterArrival.RoomReady());
        assertThat(sent).endsWith(new InviterMessage.Invite(OFFER));
    }

    /// Until the homeserver has the invite.
    final void ring() {
        invite();
        arrives(new InviterArrival.InviteSent("$1"));
    }
}
