package dev.callbridge.play;

import static java.util.Objects.requireNonNull;

import dev.callbridge.call.LegEvent;
import dev.callbridge.sip.leg.DialogMessage;
import dev.callbridge.sip.leg.EarlyMedia;
import dev.callbridge.sip.leg.SessionInterval;
import dev.callbridge.sip.leg.UacArrival;
import dev.callbridge.sip.leg.UacLeg;
import dev.callbridge.sip.leg.UacMessage;
import dev.callbridge.sip.leg.UacState;
import dev.callbridge.sip.leg.UasArrival;
import dev.callbridge.sip.leg.UasLeg;
import dev.callbridge.sip.leg.UasMessage;
import dev.callbridge.sip.leg.UasState;
import dev.callbridge.testkit.OneWay;
import dev.callbridge.testkit.UacTargets;
import dev.callbridge.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// SIP in virtual time, between a leg that calls and one that is called.
final class Trunk {

    private static final Duration NEAR = Duration.ofMillis(5);
    /// Short enough that the two back-offs of RFC 3261 §14.1 never meet.
    private static final Duration FAR = Duration.ofMillis(35);

    private final VirtualTime time;
    private final SessionInterval interval;
    private final OneWay there;
    private final OneWay back;
    private final DialogEnd callersEnd;
    private final DialogEnd calleesEnd;
    final PlayedLeg<UacState, UacArrival, UacMessage> caller;
    final PlayedLeg<UasState, UasArrival, UasMessage> callee;
    private UacMessage.@Nullable Prepare prepared;

    /// @param interval what the INVITE says of the session timer
    /// @param callerUpdates whether the caller takes UPDATE, and `calleeUpdates`
    Trunk(
            VirtualTime time,
            SessionInterval interval,
            boolean callerUpdates,
            boolean calleeUpdates,
            Consumer<LegEvent> callersMind,
            Consumer<LegEvent> calleesMind) {
        this.time = time;
        this.interval = interval;
        there = new OneWay(time, NEAR, FAR);
        back = new OneWay(time, NEAR, FAR);
        caller = new PlayedLeg<>(
                time, new UacLeg(UacTargets.of(List.of(EarlyMedia.ON_ANSWER))), this::fromCaller, callersMind);
        callee = new PlayedLeg<>(time, new UasLeg(interval.expires()), this::fromCallee, calleesMind);
        callersEnd = new DialogEnd(time, "a", true, callerUpdates, there, caller::arrived);
        calleesEnd = new DialogEnd(time, "b", false, calleeUpdates, back, callee::arrived);
        DialogEnd.join(callersEnd, calleesEnd);
    }

    private void fromCaller(UacMessage message) {
        switch (message) {
            case UacMessage.Prepare prepare -> prepared = prepare;
            case UacMessage.WriteDown _ -> {
                VirtualTime.Timer _ = time.after(NEAR, () -> caller.arrived(new UacArrival.Recorded()));
            }
            case UacMessage.Invite _ -> {
                UacMessage.Prepare what = requireNonNull(prepared);
                there.carry(() -> {
                    callee.arrived(new UasArrival.Invite(
                            callersEnd.tag(),
                            what.parties().caller(),
                            what.parties().callee(),
                            what.offer(),
                            false,
                            callersEnd.terms(interval)));
                    callee.arrived(new UasArrival.RingsOn());
                });
            }
            case UacMessage.Ack _ -> there.carry(() -> callee.arrived(new UasArrival.Ack()));
            case DialogMessage inDialog -> callersEnd.send(inDialog);
            case UacMessage.Cancel _, UacMessage.Strike _, UacMessage.Leave _, UacMessage.Renew _ ->
                throw new AssertionError("nobody gave up: " + message);
        }
    }

    private void fromCallee(UasMessage message) {
        String tag = calleesEnd.tag();
        switch (message) {
            case UasMessage.Ringing _ -> back.carry(() -> caller.arrived(new UacArrival.Provisional(180, tag, null)));
            case UasMessage.Answer(var answer, var agreed) ->
                back.carry(() -> caller.arrived(new UacArrival.Accepted(tag, answer, calleesEnd.terms(agreed))));
            case DialogMessage inDialog -> calleesEnd.send(inDialog);
            case UasMessage.Refuse _, UasMessage.Canceled _ -> throw new AssertionError("nobody refused: " + message);
        }
    }

    DialogEnd callersEnd() {
        return callersEnd;
    }

    DialogEnd calleesEnd() {
        return calleesEnd;
    }

    /// Nothing gets through any more.
    void cut() {
        there.cut();
        back.cut();
    }
}
