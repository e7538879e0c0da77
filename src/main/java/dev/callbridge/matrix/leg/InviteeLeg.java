package dev.callbridge.matrix.leg;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Leg;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegStep;
import dev.callbridge.matrix.leg.InviteeState.Idle;
import dev.callbridge.matrix.leg.InviteeState.Over;
import dev.callbridge.matrix.leg.InviteeState.Ringing;
import dev.callbridge.matrix.leg.TalkState.Talk;
import dev.callbridge.matrix.leg.TalkState.Talking;
import java.time.Duration;
import java.util.List;

/// A leg on which a Matrix user calls one of our ghosts. Matrix confirms nothing: what is sent is done, unless
/// it comes back as [InviteeArrival.NotSent].
public final class InviteeLeg implements Leg<InviteeState, InviteeArrival, InviteeMessage> {

    private static final Duration DECISION = Duration.ofMinutes(3);

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
            case TalkState talk -> TalkRules.limit(talk);
            case Over _ -> Duration.ZERO;
        };
    }

    @Override
    public LegStep<InviteeState, InviteeMessage> arrived(InviteeState state, InviteeArrival arrival) {
        return switch (arrival) {
            case InviteeArrival.Invite(var parties, var offer, var peer) ->
                state instanceof Idle
                        ? to(new Ringing(peer)).tell(new LegEvent.Offered(parties, offer))
                        : LegStep.stay(state);
            case InviteeArrival.HungUp(var end) -> gone(state, end);
            case InviteeArrival.Left _ -> gone(state, new CallEnd(HangupCause.NORMAL, "left-room"));
            case InviteeArrival.Selected(var party) -> selected(state, party);
            case InviteeArrival.NotSent _ -> notSent(state);
            case InviteeArrival.Collided _ ->
                state instanceof Ringing
                        ? end(state, new CallEnd(HangupCause.CANCELED, Notices.COLLISION))
                        : LegStep.stay(state);
            case TalkArrival.Trickled(var party, var candidates)
            when state instanceof Ringing(var peer) && peer.partyId().equals(party) ->
                to(state).tell(new LegEvent.Trickled(candidates));
            case TalkArrival inTalk ->
                state instanceof TalkState talk ? widened(TalkRules.arrived(talk, inTalk)) : LegStep.stay(state);
        };
    }

    @Override
    public LegStep<InviteeState, InviteeMessage> asked(InviteeState state, LegCommand command) {
        return switch (command) {
            case LegCommand.Answer(var answer) ->
                state instanceof Ringing(var peer)
                        ? to(new Talking(Talk.with(peer, true))).send(new InviteeMessage.Answer(answer))
                        : LegStep.stay(state);
            case LegCommand.End(var end) -> end(state, end);
            case LegCommand.Identify(var who)
            when state instanceof Ringing -> to(state).send(new TalkMessage.Identify(who.party()));
            // Legacy calls know no sign for ringing: the caller's client plays its own tone.
            case LegCommand.Dial _, LegCommand.Ring _ -> LegStep.stay(state);
            case LegCommand.Renegotiate _,
                    LegCommand.Offer _,
                    LegCommand.Reanswer _,
                    LegCommand.Decline _,
                    LegCommand.Identify _,
                    LegCommand.Press _,
                    LegCommand.Warn _ ->
                state instanceof TalkState talk ? widened(TalkRules.asked(talk, command)) : LegStep.stay(state);
        };
    }

    @Override
    public LegStep<InviteeState, InviteeMessage> overdue(InviteeState state) {
        return switch (state) {
            case Idle _ -> end(state, CallEnd.of(HangupCause.FAILED));
            case Ringing _ -> end(state, CallEnd.of(HangupCause.NO_ANSWER));
            case Talking _ -> end(state, CallEnd.of(HangupCause.TIME_LIMIT));
            case TalkState talk -> widened(TalkRules.overdue(talk));
            case Over _ -> LegStep.stay(state);
        };
    }

    /// The user ended it. Before our answer a hangup means that the caller gave up.
    private static LegStep<InviteeState, InviteeMessage> gone(InviteeState state, CallEnd end) {
        return switch (state) {
            case Idle _, Ringing _ -> over(end.cause() == HangupCause.NORMAL ? CallEnd.of(HangupCause.CANCELED) : end);
            case TalkState _ -> over(end);
            case Over _ -> LegStep.stay(state);
        };
    }

    /// Whose answer was not taken ends without a word in the room.
    private LegStep<InviteeState, InviteeMessage> selected(InviteeState state, String party) {
        return switch (state) {
            case TalkState _ ->
                party.equals(partyId) ? LegStep.stay(state) : over(CallEnd.of(HangupCause.ANSWERED_ELSEWHERE));
            case Ringing _ -> over(CallEnd.of(HangupCause.ANSWERED_ELSEWHERE));
            case Idle _, Over _ -> LegStep.stay(state);
        };
    }

    /// Nobody knows whether the answer came through: a client that has it heeds the hangup, one that waits the
    /// reject.
    private static LegStep<InviteeState, InviteeMessage> notSent(InviteeState state) {
        return switch (state) {
            case TalkState talk -> {
                CallEnd end = new CallEnd(HangupCause.FAILED, "answer-not-sent");
                LegStep<InviteeState, InviteeMessage> step =
                        to(new Over()).send(new InviteeMessage.Hangup(end.cause()));
                yield (isOld(talk.talk().peer()) ? step : step.send(new InviteeMessage.Reject(end.cause())))
                        .send(new InviteeMessage.Close())
                        .tell(new LegEvent.Ended(end));
            }
            case Idle _, Ringing _, Over _ -> LegStep.stay(state);
        };
    }

    private static LegStep<InviteeState, InviteeMessage> end(InviteeState state, CallEnd end) {
        return switch (state) {
            case Idle _ -> over(end);
            case Ringing(var peer) -> {
                InviteeMessage refusal =
                        isOld(peer) ? new InviteeMessage.Hangup(end.cause()) : new InviteeMessage.Reject(end.cause());
                yield farewell(refusal, end);
            }
            case TalkState _ -> farewell(new InviteeMessage.Hangup(end.cause()), end);
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

    private static boolean isOld(Peer peer) {
        return peer.version() == PeerVersion.ZERO;
    }

    private static LegStep<InviteeState, InviteeMessage> widened(LegStep<TalkState, TalkMessage> step) {
        return new LegStep<>(step.next(), List.<InviteeMessage>copyOf(step.messages()), step.events());
    }

    private static LegStep<InviteeState, InviteeMessage> to(InviteeState next) {
        return LegStep.to(next);
    }
}
