package dev.callbridge.matrix;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.dialplan.Party;
import dev.callbridge.matrix.leg.Notices;
import java.util.Optional;

/// The one of ours that a call in a room is for.
///
/// @param party whom the ghost stands for, as far as its name can be read
/// @param kind what the room is, seen from there
record Resident(Ghost ghost, Party party, Kind kind) {

    /// What a room can be.
    enum Kind {
        /// A user and a ghost.
        DIRECT,
        /// A user and the bot.
        LINE_ROOM,
        /// With other people or other numbers: a call of two has no place here.
        CROWDED,
        /// A user and a ghost whose name says no number.
        UNREADABLE
    }

    /// Whether a call for `invitee` is ours; an empty one is for whoever else is there. In a crowded room that may be
    /// anybody, and a word of ours would end a call between others.
    boolean isMeant(String invitee) {
        return invitee.isEmpty() ? kind != Kind.CROWDED : invitee.equals(ghost.userId());
    }

    /// Why no call can be placed here.
    Optional<CallEnd> refusal() {
        return switch (kind) {
            case DIRECT -> Optional.empty();
            case LINE_ROOM -> Optional.of(new CallEnd(HangupCause.NOT_ALLOWED, Notices.LINE_ROOM));
            case CROWDED -> Optional.of(new CallEnd(HangupCause.NOT_ALLOWED, Notices.CROWDED_ROOM));
            case UNREADABLE -> Optional.of(CallEnd.of(HangupCause.INCOMPLETE_NUMBER));
        };
    }
}
