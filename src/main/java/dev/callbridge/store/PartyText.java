package dev.callbridge.store;

import dev.callbridge.dialplan.Anonymous;
import dev.callbridge.dialplan.Extension;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.PhoneNumber;

/// How a party is written in a row.
final class PartyText {

    private PartyText() {}

    static String of(Party party) {
        return switch (party) {
            case PhoneNumber(var e164) -> "tel:" + e164;
            case Extension(var trunk, var user) -> "sip:" + trunk + ":" + user;
            case MatrixUser(var id) -> id;
            case Anonymous _ -> "anonymous";
        };
    }
}
