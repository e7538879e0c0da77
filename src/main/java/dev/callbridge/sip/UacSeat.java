package dev.callbridge.sip;

import dev.callbridge.bridge.CallJournal;
import dev.callbridge.bridge.Inbox;
import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.Seat;
import dev.callbridge.bridge.StateFormat;
import dev.callbridge.bridge.Wire;
import dev.callbridge.call.Leg;
import dev.callbridge.call.LegId;
import dev.callbridge.dialplan.Rights;
import dev.callbridge.sip.leg.DialogState;
import dev.callbridge.sip.leg.UacArrival;
import dev.callbridge.sip.leg.UacLeg;
import dev.callbridge.sip.leg.UacMessage;
import dev.callbridge.sip.leg.UacState;
import java.util.List;
import java.util.Map;

/// The place in a call of a telephone that we call.
///
/// @param targets trunks and their servers, in the order in which they are tried
/// @param outlet our address on the way to the first of them
record UacSeat(List<Way> targets, Outlet outlet, SipStackHost host, CallJournal journal, Rights rights)
        implements Seat<UacState, UacArrival, UacMessage> {

    private static final StateFormat<UacState> FORMAT = new StateFormat<>(
            UacState.class,
            1,
            Map.of(
                    "idle", UacState.Idle.class,
                    "recording", UacState.Recording.class,
                    "calling", UacState.Calling.class,
                    "proceeding", UacState.Proceeding.class,
                    "given-up", UacState.GivenUp.class,
                    "canceling", UacState.Canceling.class,
                    "confirmed", DialogState.Confirmed.class,
                    "hanging-up", DialogState.HangingUp.class,
                    "over", DialogState.Over.class));

    @Override
    public Leg<UacState, UacArrival, UacMessage> leg() {
        return new UacLeg(targets.size());
    }

    @Override
    public MediaProfile media() {
        Way first = targets.getFirst();
        return first.trunk().media(outlet, first.target().address());
    }

    @Override
    public StateFormat<UacState> states() {
        return FORMAT;
    }

    @Override
    public Wire<UacMessage> connect(LegId id, Inbox<UacArrival> inbox) {
        return new UacWire(id, inbox, targets, host, journal, rights);
    }
}
