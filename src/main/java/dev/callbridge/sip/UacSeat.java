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
import dev.callbridge.sip.leg.UacTarget;
import java.util.List;
import java.util.Map;

/// The place in a call of a telephone that we call.
///
/// @param targets trunks and their servers, in the order in which they are tried
record UacSeat(List<Way> targets, SipStackHost host, CallJournal journal, Rights rights)
        implements Seat<UacState, UacArrival, UacMessage> {

    private static final StateFormat<UacState> FORMAT = new StateFormat<>(
            UacState.class,
            2,
            Map.ofEntries(
                    Map.entry("idle", UacState.Idle.class),
                    Map.entry("moving", UacState.Moving.class),
                    Map.entry("recording", UacState.Recording.class),
                    Map.entry("calling", UacState.Calling.class),
                    Map.entry("proceeding", UacState.Proceeding.class),
                    Map.entry("given-up", UacState.GivenUp.class),
                    Map.entry("canceling", UacState.Canceling.class),
                    Map.entry("confirmed", DialogState.Confirmed.class),
                    Map.entry("wanting-offer", DialogState.WantingOffer.class),
                    Map.entry("offering", DialogState.Offering.class),
                    Map.entry("reanswering", DialogState.Reanswering.class),
                    Map.entry("awaiting-ack", DialogState.AwaitingAck.class),
                    Map.entry("hanging-up", DialogState.HangingUp.class),
                    Map.entry("over", DialogState.Over.class)));

    @Override
    public Leg<UacState, UacArrival, UacMessage> leg() {
        List<MediaProfile> places = media();
        return new UacLeg(targets.stream()
                .map(way -> new UacTarget(way.trunk().earlyMedia(), places.indexOf(way.media()), way.spare()))
                .toList());
    }

    @Override
    public List<MediaProfile> media() {
        return targets.stream().map(Way::media).distinct().toList();
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
