package dev.callbridge.matrix;

import dev.callbridge.bridge.Placement;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.Party;
import dev.callbridge.matrix.client.Outbox;
import java.time.Duration;

/// Opens legs towards Matrix users.
final class MatrixPlacement implements Placement {

    /// What our invite outlives the ringing by: a hangup, not a clock, shall end the ringing.
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private final CallRoutes routes;
    private final Outbox outbox;
    private final Ghosts ghosts;
    private final Doorway doorway;
    private final Duration ringTimeout;

    MatrixPlacement(CallRoutes routes, Outbox outbox, Ghosts ghosts, Doorway doorway, Duration ringTimeout) {
        this.routes = routes;
        this.outbox = outbox;
        this.ghosts = ghosts;
        this.doorway = doorway;
        this.ringTimeout = ringTimeout;
    }

    @Override
    public boolean reaches(Party callee) {
        return callee instanceof MatrixUser;
    }

    @Override
    public Placed place(Party caller, Party callee) {
        if (caller instanceof MatrixUser || !(callee instanceof MatrixUser(var user))) {
            return new Placed.Refused(CallEnd.of(HangupCause.NO_ROUTE));
        }
        Duration lifetime = ringTimeout.plus(MARGIN);
        return new Placed.On(new InviterSeat(routes, outbox, ghosts, doorway, caller, user, lifetime), ringTimeout);
    }
}
