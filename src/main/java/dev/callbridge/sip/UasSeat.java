package dev.callbridge.sip;

import dev.callbridge.bridge.CallJournal;
import dev.callbridge.bridge.Inbox;
import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.Seat;
import dev.callbridge.bridge.StateFormat;
import dev.callbridge.bridge.Wire;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Leg;
import dev.callbridge.call.LegId;
import dev.callbridge.sip.leg.DialogState;
import dev.callbridge.sip.leg.UasArrival;
import dev.callbridge.sip.leg.UasLeg;
import dev.callbridge.sip.leg.UasMessage;
import dev.callbridge.sip.leg.UasState;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.sip.InvalidArgumentException;
import javax.sip.SipException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The place in a call of a telephone that called us.
final class UasSeat implements Seat<UasState, UasArrival, UasMessage> {

    private static final Logger log = LoggerFactory.getLogger(UasSeat.class);
    private static final StateFormat<UasState> FORMAT = new StateFormat<>(
            UasState.class,
            2,
            Map.ofEntries(
                    Map.entry("idle", UasState.Idle.class),
                    Map.entry("incoming", UasState.Incoming.class),
                    Map.entry("answering", UasState.Answering.class),
                    Map.entry("given-up", UasState.GivenUp.class),
                    Map.entry("confirmed", DialogState.Confirmed.class),
                    Map.entry("wanting-offer", DialogState.WantingOffer.class),
                    Map.entry("offering", DialogState.Offering.class),
                    Map.entry("reanswering", DialogState.Reanswering.class),
                    Map.entry("awaiting-ack", DialogState.AwaitingAck.class),
                    Map.entry("hanging-up", DialogState.HangingUp.class),
                    Map.entry("over", DialogState.Over.class)));

    private final IncomingInvite invite;
    private final SipStackHost host;
    private final CallJournal journal;
    private final Introductions introductions;
    private @Nullable LegId seated;
    private @Nullable UasWire connected;

    /// @param introductions what the telephone may learn of who answers
    UasSeat(IncomingInvite invite, SipStackHost host, CallJournal journal, Introductions introductions) {
        this.invite = invite;
        this.host = host;
        this.journal = journal;
        this.introductions = introductions;
    }

    @Override
    public Leg<UasState, UasArrival, UasMessage> leg() {
        return new UasLeg(invite.trunk().sessionExpires());
    }

    @Override
    public List<MediaProfile> media() {
        return List.of(invite.trunk().media(invite.outlet(), invite.source()));
    }

    @Override
    public StateFormat<UasState> states() {
        return FORMAT;
    }

    @Override
    public Wire<UasMessage> connect(LegId id, Inbox<UasArrival> inbox) {
        seated = id;
        var wire = new UasWire(id, inbox, invite, host, journal, introductions);
        connected = wire;
        invite.dialog().setApplicationData(wire);
        invite.transaction().setApplicationData(wire);
        return wire;
    }

    /// Tells under which name the leg lives, once it does.
    void leg(Consumer<LegId> listener) {
        if (seated != null) {
            listener.accept(seated);
        }
    }

    /// No call came of it.
    void abandon() {
        if (connected != null) {
            connected.abandon();
            return;
        }
        invite.channel().giveBack();
        try {
            invite.transaction().sendResponse(invite.response(500));
        } catch (SipException | InvalidArgumentException e) {
            log.debug(
                    "could not even refuse: {} {}",
                    CallEnd.of(HangupCause.FAILED).reason(),
                    e.getMessage());
        }
        invite.dialog().delete();
    }
}
