package dev.callbridge.sip.leg;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.Digit;
import dev.callbridge.call.Sdp;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is sent inside a dialog, and what the wire is to remember for it; the same whoever called.
public sealed interface DialogMessage extends UacMessage, UasMessage {

    String remoteTag();

    record Bye(String remoteTag, CallEnd end) implements DialogMessage {}

    /// The BYE once more, with credentials.
    record AuthenticateBye(String remoteTag, CallEnd end, List<Challenge> answering) implements DialogMessage {

        public AuthenticateBye {
            answering = List.copyOf(answering);
        }
    }

    /// A re-INVITE with an offer of ours.
    ///
    /// @param interval of the session timer; null: there is none
    record Reinvite(String remoteTag, Sdp offer, @Nullable SessionInterval interval) implements DialogMessage {}

    /// UPDATE without an offer: a session refresh (RFC 4028 §7.4).
    record Update(String remoteTag, @Nullable SessionInterval interval) implements DialogMessage {}

    /// UPDATE that says who the peer talks to, if that is allowed and any news.
    ///
    /// @param answering challenges to the one before; empty: it is the first one
    record Introduce(
            String remoteTag,
            Introduction who,
            List<Challenge> answering,
            @Nullable SessionInterval interval) implements DialogMessage {

        public Introduce {
            answering = List.copyOf(answering);
        }
    }

    /// Our last re-INVITE or UPDATE once more.
    ///
    /// @param answering challenges to it
    /// @param interval as it is now
    record Again(
            String remoteTag,
            Method method,
            List<Challenge> answering,
            @Nullable SessionInterval interval) implements DialogMessage {

        public Again {
            answering = List.copyOf(answering);
        }
    }

    /// ACK of the 2xx to our re-INVITE.
    record AckReinvite(String remoteTag) implements DialogMessage {}

    /// 200 to a re-INVITE or UPDATE.
    ///
    /// @param number its CSeq number
    /// @param body our answer, or our offer; null: the request had none
    record Accept(
            String remoteTag,
            long number,
            @Nullable Sdp body,
            @Nullable SessionInterval interval) implements DialogMessage {}

    /// A final response of 400 or above to a re-INVITE or UPDATE.
    record Refuse(String remoteTag, long number, int status) implements DialogMessage {}

    /// Ring [Alarm#BACK_OFF] later.
    ///
    /// @param after zero: by chance, as RFC 3261 §14.1 says
    record BackOff(String remoteTag, Duration after) implements DialogMessage {}

    /// Ring an alarm later.
    record Wake(String remoteTag, Alarm alarm, Duration after, int round) implements DialogMessage {}

    /// A key by INFO, where the trunk wants it.
    record Press(String remoteTag, Digit digit, Duration length) implements DialogMessage {}
}
