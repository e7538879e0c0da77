package dev.callbridge.sip.leg;

import dev.callbridge.call.Sdp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What arrives for a leg that we placed. `toTag` tells the dialogs of a forked INVITE apart (RFC 3261 §12).
public sealed interface UacArrival
        permits UacArrival.From,
                UacArrival.Recorded,
                UacArrival.NotRecorded,
                UacArrival.TrunkFull,
                UacArrival.NoSign,
                UacArrival.Provisional,
                UacArrival.Accepted,
                UacArrival.Challenged,
                UacArrival.Rejected,
                UacArrival.TimedOut,
                UacArrival.Unreachable,
                DialogArrival {

    /// Something about the INVITE to one target; of no meaning once the leg has gone on to another.
    record From(int target, UacArrival arrival) implements UacArrival {}

    /// The INVITE is written down and may be sent.
    record Recorded() implements UacArrival {}

    /// It is not, and never will be.
    record NotRecorded() implements UacArrival {}

    /// The trunk has as many calls as it may have; no INVITE was sent.
    record TrunkFull() implements UacArrival {}

    /// No response at all for some seconds, which is long before the transaction gives up (RFC 3263 §4.3).
    record NoSign() implements UacArrival {}

    /// A response of 100 to 199.
    ///
    /// @param preview its session description, if it has one
    record Provisional(int status, String toTag, @Nullable Sdp preview) implements UacArrival {}

    /// A 2xx response to INVITE; comes again if our ACK is lost, and from another dialog if the INVITE was forked.
    ///
    /// @param answer its session description, if it has one
    record Accepted(String toTag, @Nullable Sdp answer) implements UacArrival {}

    /// 401 or 407 to INVITE.
    record Challenged(int status, List<Challenge> challenges) implements UacArrival {

        public Challenged {
            challenges = List.copyOf(challenges);
        }
    }

    /// Any other final response of 300 or above to INVITE.
    ///
    /// @param q850 the cause of its `Reason: Q.850` header; 0: there is none
    record Rejected(int status, int q850) implements UacArrival {}

    /// No final response within 64·T1.
    record TimedOut() implements UacArrival {}

    /// The request could not be sent at all.
    record Unreachable() implements UacArrival {}
}
