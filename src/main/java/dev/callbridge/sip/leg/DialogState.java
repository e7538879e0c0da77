package dev.callbridge.sip.leg;

import dev.callbridge.call.CallEnd;
import org.jspecify.annotations.Nullable;

/// Where a confirmed dialog stands; the same whoever called.
public sealed interface DialogState extends UacState, UasState {

    /// Both sides agreed; the dialog lives until a BYE. Its states are those of offer and answer (RFC 3264,
    /// RFC 6337).
    sealed interface Live extends DialogState {

        Session session();

        /// The same with something else known.
        Live with(Session now);
    }

    /// A request of the peer that has no final response yet.
    ///
    /// @param number its CSeq number, by which we name it
    /// @param interval what it says of the session timer
    record Asked(Method method, long number, @Nullable SessionInterval interval) {}

    /// No offer is open.
    record Confirmed(Session session) implements Live {

        @Override
        public Live with(Session now) {
            return new Confirmed(now);
        }
    }

    /// The call was asked for an offer of ours.
    ///
    /// @param asked the re-INVITE without an offer that it is for; null: it is for a re-INVITE of ours
    record WantingOffer(Session session, @Nullable Asked asked) implements Live {

        @Override
        public Live with(Session now) {
            return new WantingOffer(now, asked);
        }
    }

    /// Our re-INVITE with an offer is out.
    ///
    /// @param challenged whether a challenge to it has been answered already
    /// @param raised whether a 422 to it has been heeded already
    record Offering(Session session, boolean challenged, boolean raised) implements Live {

        @Override
        public Live with(Session now) {
            return new Offering(now, challenged, raised);
        }
    }

    /// The call thinks about an offer of the peer.
    record Reanswering(Session session, Asked asked) implements Live {

        @Override
        public Live with(Session now) {
            return new Reanswering(now, asked);
        }
    }

    /// Our 200 to a re-INVITE is out.
    ///
    /// @param number of the re-INVITE
    /// @param answerDue the 200 had an offer of ours, and the ACK brings the answer
    record AwaitingAck(Session session, long number, boolean answerDue) implements Live {

        @Override
        public Live with(Session now) {
            return new AwaitingAck(now, number, answerDue);
        }
    }

    /// BYE is out.
    ///
    /// @param challenged whether a challenge to it has been answered already
    record HangingUp(String remoteTag, CallEnd end, boolean challenged) implements DialogState {}

    /// The leg is gone.
    record Over() implements DialogState {}
}
