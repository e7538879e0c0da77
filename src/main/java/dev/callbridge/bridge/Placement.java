package dev.callbridge.bridge;

import dev.callbridge.call.CallEnd;
import dev.callbridge.dialplan.Party;
import java.time.Duration;

/// Opens a leg towards somebody; implemented by the connectors. [CallRegistry] asks the one that [#reaches] the party.
public interface Placement {

    /// Whether parties of this kind are this connector's.
    boolean reaches(Party callee);

    /// Nothing is sent yet; the seat's leg dials when its call says so.
    Placed place(Party caller, Party callee);

    /// What came of placing a leg.
    sealed interface Placed {

        /// @param ringTimeout how long this callee may ring
        record On(Seat<?, ?, ?> seat, Duration ringTimeout) implements Placed {}

        /// This callee can't be called now: no route, no free channel.
        record Refused(CallEnd end) implements Placed {}
    }
}
