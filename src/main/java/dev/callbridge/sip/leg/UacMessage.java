package dev.callbridge.sip.leg;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.Parties;
import dev.callbridge.call.Sdp;
import java.time.Duration;
import java.util.List;

/// What a leg that we place sends to its trunk.
public sealed interface UacMessage
        permits UacMessage.Prepare,
                UacMessage.Leave,
                UacMessage.Renew,
                UacMessage.WriteDown,
                UacMessage.Invite,
                UacMessage.Ack,
                UacMessage.Cancel,
                UacMessage.Strike,
                DialogMessage {

    /// Who is called with what; sent to nobody yet.
    record Prepare(Parties parties, Sdp offer) implements UacMessage {}

    /// The target before is given up; what it still says is answered politely and heard by nobody.
    record Leave() implements UacMessage {}

    /// With what the targets are called that come now.
    record Renew(Sdp offer) implements UacMessage {}

    /// Write down the INVITE that shall go out next.
    ///
    /// @param answering the challenges that it answers
    /// @param interval of the session, as a 422 wanted it; zero: as the trunk's settings say
    record WriteDown(int target, List<Challenge> answering, Duration interval) implements UacMessage {

        public WriteDown {
            answering = List.copyOf(answering);
        }

        /// Whether it is the first one to its target.
        public boolean first() {
            return answering.isEmpty() && interval.isZero();
        }
    }

    /// What was written down last was never sent, and never will be.
    record Strike() implements UacMessage {}

    /// Send what was written down.
    record Invite(int target) implements UacMessage {}

    /// For a 2xx only; the transaction acknowledges the other final responses itself (RFC 3261 §17.1.1.3).
    record Ack(String toTag) implements UacMessage {}

    record Cancel(CallEnd end) implements UacMessage {}
}
