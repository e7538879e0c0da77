package dev.callbridge.sip.leg;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.Digit;
import dev.callbridge.call.Sdp;
import dev.callbridge.dialplan.Party;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What arrives inside a dialog; the same whoever called.
public sealed interface DialogArrival extends UacArrival, UasArrival {

    /// The other side's tag, which tells the dialogs of a forked INVITE apart (RFC 3261 §12).
    String remoteTag();

    /// BYE; its 200 has been sent.
    ///
    /// @param end what its Reason header says
    record Bye(String remoteTag, CallEnd end) implements DialogArrival {}

    /// A final response to our BYE that is no challenge, or none at all (RFC 5407 §3.2.1: 481 and 408 are as
    /// good).
    record ByeDone(String remoteTag) implements DialogArrival {}

    /// 401 or 407 to our BYE.
    record ByeChallenged(String remoteTag, List<Challenge> challenges) implements DialogArrival {

        public ByeChallenged {
            challenges = List.copyOf(challenges);
        }
    }

    /// A re-INVITE or UPDATE, which waits for its response.
    ///
    /// @param number its CSeq number
    /// @param offer null: there is none
    record Change(
            String remoteTag,
            Method method,
            long number,
            @Nullable Sdp offer,
            SessionTerms terms) implements DialogArrival {}

    /// ACK of our 200 to a re-INVITE.
    ///
    /// @param number of the re-INVITE
    /// @param answer to the offer in our 200
    record Acknowledged(
            String remoteTag, long number, @Nullable Sdp answer) implements DialogArrival {}

    /// Our 200 to a re-INVITE was repeated for 64·T1, and nobody acknowledged it (RFC 3261 §13.3.1.4).
    record NeverAcknowledged(String remoteTag) implements DialogArrival {}

    /// 2xx to our re-INVITE or UPDATE.
    ///
    /// @param answer to our offer
    record Changed(
            String remoteTag, Method method, @Nullable Sdp answer, SessionTerms terms) implements DialogArrival {}

    /// Another final response to our re-INVITE or UPDATE that is no challenge; 408 also stands for none at all.
    ///
    /// @param retryAfter when it says that we may try again; null: it doesn't
    /// @param least the Min-SE of a 422; zero: there is none
    record NotChanged(
            String remoteTag,
            Method method,
            int status,
            @Nullable Duration retryAfter,
            Duration least) implements DialogArrival {}

    /// 401 or 407 to our re-INVITE or UPDATE.
    record ChangeChallenged(String remoteTag, Method method, List<Challenge> challenges) implements DialogArrival {

        public ChangeChallenged {
            challenges = List.copyOf(challenges);
        }
    }

    /// A final response to our UPDATE that says who the peer talks to, or what stands for one.
    record Introduced(String remoteTag, Outcome outcome) implements DialogArrival {

        /// What came of it.
        public sealed interface Outcome {}

        /// 2xx.
        public record Taken(SessionTerms terms) implements Outcome {}

        /// 401 or 407.
        public record Challenged(List<Challenge> challenges) implements Outcome {

            public Challenged {
                challenges = List.copyOf(challenges);
            }
        }

        /// Another one; 408 also stands for none at all, and 0 for an UPDATE that was not sent.
        public record Failed(int status) implements Outcome {}
    }

    /// The alarm rings that [DialogMessage.Wake] or [DialogMessage.BackOff] set.
    record Woken(String remoteTag, Alarm alarm, int round) implements DialogArrival {}

    /// Who the peer is, as its trunk says: not who was called, or not who it was before (RFC 4916).
    record Identified(String remoteTag, Party party) implements DialogArrival {}

    /// INFO told of a key; its 200 has been sent.
    record Pressed(String remoteTag, Digit digit, Duration length) implements DialogArrival {}
}
