package dev.callbridge.call;

import dev.callbridge.dialplan.Party;

/// Who is on one side of a call.
///
/// @param name as that side itself says it, and nobody has checked; empty: it says none
public record Identity(Party party, String name) {

    /// Somebody who says no name.
    public static Identity of(Party party) {
        return new Identity(party, "");
    }
}
