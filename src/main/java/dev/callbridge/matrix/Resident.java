package dev.callbridge.matrix;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.Party;
import dev.callbridge.matrix.leg.Notices;
import java.util.Optional;

/// The one of ours that a call in a room is for.
///
/// @param kind what the room is, seen from there
record Resident(Ghost ghost, Kind kind) {

    /// What a room can be.
    sealed interface Kind {

        /// A user and a ghost.
        record Direct(Party party) implements Kind {}

        /// A user and the bot.
        record LineRoom() implements Kind {}

        /// A call of two has no place here.
        record Crowded() implements Kind {}

        /// The ghost's name says no number.
        record Unreadable() implements Kind {}
    }

    /// Whether a call for `invitee` is ours; an empty one is for everybody.
    boolean isMeant(String invitee) {
        return invitee.isEmpty() || invitee.equals(ghost.userId());
    }

    /// Whom the call is for, as far as it is known.
    Party party() {
        return kind instanceof Kind.Direct(var party) ? party : new MatrixUser(ghost.userId());
    }

    /// Why no call can be placed here.
    Optional<CallEnd> refusal() {
        return switch (kind) {
            case Kind.Direct _ -> Optional.empty();
            case Kind.LineRoom _ -> Optional.of(new CallEnd(HangupCause.NOT_ALLOWED, Notices.LINE_ROOM));
            case Kind.Crowded _ -> Optional.of(new CallEnd(HangupCause.NOT_ALLOWED, Notices.CROWDED_ROOM));
            case Kind.Unreadable _ -> Optional.of(CallEnd.of(HangupCause.INCOMPLETE_NUMBER));
        };
    }
}
