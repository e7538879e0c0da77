package dev.callbridge.sip.leg;

import dev.callbridge.call.Sdp;
import java.time.Duration;
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
                UacArrival.IntervalTooSmall,
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

    /// A response of 100 to 199. A reliable one is acknowledged already, and in order (RFC 3262 §4).
    ///
    /// @param preview its session description, if it has one
    /// @param reliable whether that description is the answer itself
    /// @param gate what it says of early media; null: nothing
    record Provisional(
            int status,
            String toTag,
            @Nullable Sdp preview,
            boolean reliable,
            @Nullable Gate gate) implements UacArrival {

        public Provisional(int status, String toTag, @Nullable Sdp preview) {
            this(status, toTag, preview, false, null);
        }
    }

    /// Which early media the network lets pass (RFC 5009).
    ///
    /// @param heard ours may hear theirs
    /// @param speaks theirs may hear ours
    record Gate(boolean heard, boolean speaks) {}

    /// A 2xx response to INVITE; comes again if our ACK is lost, and from another dialog if the INVITE was
    /// forked.
    ///
    /// @param answer its session description, if it has one
    record Accepted(String toTag, @Nullable Sdp answer, SessionTerms terms) implements UacArrival {

        public Accepted(String toTag, @Nullable Sdp answer) {
            this(toTag, answer, SessionTerms.NONE);
        }
    }

    /// 401 or 407 to INVITE.
    record Challenged(int status, List<Challenge> challenges) implements UacArrival {

        public Challenged {
            challenges = List.copyOf(challenges);
        }
    }

    /// 422 to INVITE (RFC 4028 §7.3).
    ///
    /// @param least what the session interval has to be at least
    record IntervalTooSmall(Duration least) implements UacArrival {}

    /// Any other final response of 300 or above to INVITE.
    ///
    /// @param q850 the cause of its `Reason: Q.850` header; 0: there is none
    record Rejected(int status, int q850) implements UacArrival {}

    /// No final response within 64·T1.
    record TimedOut() implements UacArrival {}

    /// The request could not be sent at all.
    record Unreachable() implements UacArrival {}
}
