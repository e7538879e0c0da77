package dev.callbridge.matrix.leg;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Leg;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegStep;
import dev.callbridge.call.Parties;
import dev.callbridge.matrix.leg.InviteeState.Answered;
import dev.callbridge.matrix.leg.InviteeState.Idle;
import dev.callbridge.matrix.leg.InviteeState.Over;
import dev.callbridge.matrix.leg.InviteeState.Ringing;
import java.time.Duration;

/// A leg on which a Matrix user calls one of our ghosts. Matrix confirms nothing: what is sent is done, unless it comes
/// back as [InviteeArrival.NotSent].
public final class InviteeLeg implements Leg<InviteeState, InviteeArrival, InviteeMessage> {

    private static final Duration DECISION = Duration.ofMinutes(3);
    private static final Duration CALL = Duration.ofHours(25);

    private final String partyId;

    /// @param partyId under which the ghost answers
    public InviteeLeg(String partyId) {
        this.partyId = partyId;
    }

    @Override
    public InviteeState start() {
        return new Idle();
    }

    @Override
    public Duration limit(InviteeState state) {
        return switch (state) {
            case Idle _, Ringing _ -> DECISION;
            case Answered _ -> CALL;
            case Over _ -> Duration.ZERO;
        };
    }

    @Override
    public LegStep<InviteeState, InviteeMessage> arrived(InviteeState state, InviteeArrival arrival) {
        return switch (arrival) {
            case InviteeArrival.Invite(var caller, var callee, var offer, var version) ->
                state instanceof Idle
                        ? to(new Ringing(version)).tell(new LegEvent.Offered(Parties.of(caller, callee), offer))
                        : LegStep.stay(state);
            case InviteeArrival.HungUp(var end) -> gone(state, end);
            case InviteeArrival.Left _ -> gone(state, new CallEnd(HangupCause.NORMAL, "left-room"));
            case InviteeArrival.Selected(var party) -> selected(state, party);
            case InviteeArrival.NotSent _ -> notSent(state);
        };
    }

    @Override
    public LegStep<InviteeState, InviteeMessage> asked(InviteeState state, LegCommand command) {
        return switch (command) {
            case LegCommand.Answer(var answer) ->
                state instanceof Ringing(var version)
                        ? to(new Answered(version)).send(new InviteeMessage.Answer(answer))
                        : LegStep.stay(state);
            case LegCommand.End(var end) -> end(state, end);
            // Legacy calls know no sign for ringing: the caller's client plays its own tone.
            case LegCommand.Dial _, LegCommand.Ring _ -> LegStep.stay(state);
            case LegCommand.Renegotiate _,
                    LegCommand.Offer _,
                    LegCommand.Reanswer _,
                    LegCommand.Decline _,
                    LegCommand.Identify _,
                    LegCommand.Press _,
                    LegCommand.Warn _ -> LegStep.stay(state);
        };
    }

    @Override
    public LegStep<InviteeState, InviteeMessage> overdue(InviteeState state) {
        return switch (state) {
            case Idle _ -> end(state, CallEnd.of(HangupCause.FAILED));
            case Ringing _ -> end(state, CallEnd.of(HangupCause.NO_ANSWER));
            case Answered _ -> end(state, CallEnd.of(HangupCause.TIME_LIMIT));
            case Over _ -> LegStep.stay(state);
        };
    }

    /// The user ended it. Before our answer a hangup means that the caller gave up.
    private static LegStep<InviteeState, InviteeMessage> gone(InviteeState state, CallEnd end) {
        return switch (state) {
            case Idle _, Ringing _ -> over(end.cause() == HangupCause.NORMAL ? CallEnd.of(HangupCause.CANCELED) : end);
            case Answered _ -> over(end);
            case Over _ -> LegStep.stay(state);
        };
    }

    /// Whose answer was not taken ends without a word in the room.
    private LegStep<InviteeState, InviteeMessage> selected(InviteeState state, String party) {
        return switch (state) {
            case Answered _ ->
                party.equals(partyId) ? LegStep.stay(state) : over(CallEnd.of(HangupCause.ANSWERED_ELSEWHERE));
            case Ringing _ -> over(CallEnd.of(HangupCause.ANSWERED_ELSEWHERE));
            case Idle _, Over _ -> LegStep.stay(state);
        };
    }

    /// Nobody knows whether the answer came through: a client that has it heeds the hangup, one that waits the reject.
    private static LegStep<InviteeState, InviteeMessage> notSent(InviteeState state) {
        return switch (state) {
            case Answered(var version) -> {
                CallEnd end = new CallEnd(HangupCause.FAILED, "answer-not-sent");
                LegStep<InviteeState, InviteeMessage> step =
                        to(new Over()).send(new InviteeMessage.Hangup(end.cause()));
                yield (version == PeerVersion.ZERO ? step : step.send(new InviteeMessage.Reject(end.cause())))
                        .send(new InviteeMessage.Close())
                        .tell(new LegEvent.Ended(end));
            }
            case Idle _, Ringing _, Over _ -> LegStep.stay(state);
        };
    }

    private static LegStep<InviteeState, InviteeMessage> end(InviteeState state, CallEnd end) {
        return switch (state) {
            case Idle _ -> over(end);
            case Ringing(var version) -> {
                InviteeMessage refusal = version == PeerVersion.ZERO
                        ? new InviteeMessage.Hangup(end.cause())
                        : new InviteeMessage.Reject(end.cause());
                yield farewell(refusal, end);
            }
            case Answered _ -> farewell(new InviteeMessage.Hangup(end.cause()), end);
            case Over _ -> LegStep.stay(state);
        };
    }

    private static LegStep<InviteeState, InviteeMessage> farewell(InviteeMessage goodbye, CallEnd end) {
        LegStep<InviteeState, InviteeMessage> step = to(new Over()).send(goodbye);
        return Notices.toCaller(end)
                .map(text -> step.send(new InviteeMessage.Notice(text)))
                .orElse(step)
                .send(new InviteeMessage.Close())
                .tell(new LegEvent.Ended(end));
    }

    private static LegStep<InviteeState, InviteeMessage> over(CallEnd end) {
        return to(new Over()).send(new InviteeMessage.Close()).tell(new LegEvent.Ended(end));
    }

    private static LegStep<InviteeState, InviteeMessage> to(InviteeState next) {
        return LegStep.to(next);
    }
}
