package dev.callbridge.sip.leg;

import dev.callbridge.call.Identity;
import dev.callbridge.dialplan.MatrixUser;
import org.jspecify.annotations.Nullable;

/// Who the peer talks to from now on.
///
/// @param user id of the Matrix user; null: somebody who is none
/// @param name as nobody has checked it; empty: there is none
public record Introduction(@Nullable String user, String name) {

    static Introduction of(Identity who) {
        return new Introduction(who.party() instanceof MatrixUser(var id) ? id : null, who.name());
    }
}
