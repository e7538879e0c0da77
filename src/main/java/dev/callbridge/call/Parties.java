package dev.callbridge.call;

import dev.callbridge.dialplan.Party;

/// Who calls whom.
///
/// @param withheld whether the callee must not learn the caller's number (CLIR, ITU-T I.251.4)
public record Parties(Party caller, Party callee, boolean withheld) {

    /// The callee may see who calls.
    public static Parties of(Party caller, Party callee) {
        return new Parties(caller, callee, false);
    }
}
