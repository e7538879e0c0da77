package dev.callbridge.matrix;

import dev.callbridge.bridge.StateFormat;
import dev.callbridge.matrix.leg.InviteeState;
import dev.callbridge.matrix.leg.InviterState;
import dev.callbridge.matrix.leg.TalkState;
import java.util.Map;

/// What the states of our legs are called in the journal.
final class LegFormats {

    static final StateFormat<InviteeState> INVITEE = new StateFormat<>(
            InviteeState.class,
            2,
            Map.of(
                    "idle", InviteeState.Idle.class,
                    "ringing", InviteeState.Ringing.class,
                    "talking", TalkState.Talking.class,
                    "preparing", TalkState.Preparing.class,
                    "offering", TalkState.Offering.class,
                    "answering", TalkState.Answering.class,
                    "over", InviteeState.Over.class));

    static final StateFormat<InviterState> INVITER = new StateFormat<>(
            InviterState.class,
            2,
            Map.of(
                    "idle", InviterState.Idle.class,
                    "reaching", InviterState.Reaching.class,
                    "inviting", InviterState.Inviting.class,
                    "ringing", InviterState.Ringing.class,
                    "talking", TalkState.Talking.class,
                    "preparing", TalkState.Preparing.class,
                    "offering", TalkState.Offering.class,
                    "answering", TalkState.Answering.class,
                    "given-up", InviterState.GivenUp.class,
                    "over", InviterState.Over.class));

    private LegFormats() {}
}
