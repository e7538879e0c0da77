package dev.callbridge.matrix.leg;

import dev.callbridge.call.Sdp;
import dev.callbridge.call.Trouble;
import dev.callbridge.dialplan.Party;
import java.time.Duration;

/// What the ghost does in an answered call; the same whoever called.
public sealed interface TalkMessage extends InviteeMessage, InviterMessage {

    /// `m.call.negotiate` with an offer.
    ///
    /// @param number counted from 1 in this call
    /// @param lifetime how long the peer may take to answer
    record Reoffer(int number, Sdp offer, Duration lifetime) implements TalkMessage {}

    /// An offer gives way to the peer's: it need not leave, if it still waits.
    record TakeBack(int number) implements TalkMessage {}

    /// `m.call.negotiate` with the answer to the peer's offer.
    record Reanswer(Sdp answer) implements TalkMessage {}

    /// `m.call.asserted_identity`: who is on the other side from now on.
    record Identify(Party party) implements TalkMessage {}

    /// Plain words about what is not heard.
    ///
    /// @param here whether it is the people in the room who are not heard
    record Warn(Trouble trouble, boolean here) implements TalkMessage {}
}
