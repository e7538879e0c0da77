package dev.callbridge.matrix;

import dev.callbridge.bridge.StateFormat;
import dev.callbridge.matrix.leg.InviteeState;
import dev.callbridge.matrix.leg.InviterState;
import java.util.Map;

/// What the states of our legs are called in the journal.
final class LegFormats {

    static final StateFormat<InviteeState> INVITEE = new StateFormat<>(
            InviteeState.class,
            1,
            Map.of(
                    "idle", InviteeState.Idle.class,
                    "ringing", InviteeState.Ringing.class,
                    "answered", InviteeState.Answered.class,
                    "over", InviteeState.Over.class));

    static final StateFormat<InviterState> INVITER = new StateFormat<>(
            InviterState.class,
            1,
            Map.of(
                    "idle", InviterState.Idle.class,
                    "reaching", InviterState.Reaching.class,
                    "inviting", InviterState.Inviting.class,
                    "ringing", InviterState.Ringing.class,
                    "chosen", InviterState.Chosen.class,
                    "given-up", InviterState.GivenUp.class,
                    "over", InviterState.Over.class));

    private LegFormats() {}
}
