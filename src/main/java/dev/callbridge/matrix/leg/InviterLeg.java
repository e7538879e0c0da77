package dev.callbridge.matrix.leg;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Leg;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegStep;
import dev.callbridge.call.Sdp;
import dev.callbridge.matrix.leg.InviterState.GivenUp;
import dev.callbridge.matrix.leg.InviterState.Idle;
import dev.callbridge.matrix.leg.InviterState.Inviting;
import dev.callbridge.matrix.leg.InviterState.Over;
import dev.callbridge.matrix.leg.InviterState.Reaching;
import dev.callbridge.matrix.leg.InviterState.Ringing;
import dev.callbridge.matrix.leg.TalkState.Talk;
import dev.callbridge.matrix.leg.TalkState.Talking;
import java.time.Duration;
import java.util.List;

/// A leg on which we call a Matrix user.
///
/// ```
/// Idle ─▶ Reaching ─▶ Inviting ─▶ Ringing ─▶ Talking ─▶ Over
///                        └──▶ GivenUp ──────────────────▲
/// ```
public final class InviterLeg implements Leg<InviterState, InviterArrival, InviterMessage> {

    private static final Duration PREPARATION = Duration.ofMinutes(1);
    private static final Duration REACHING = Duration.ofSeconds(20);
    private static final Duration DELIVERY = Duration.ofSeconds(10);
    private static final Duration WITHDRAWAL = Duration.ofSeconds(30);

    private final Duration lifetime;

    /// @param lifetime how long our invite rings
    public InviterLeg(Duration lifetime) {
        this.lifetime = lifetime;
    }

    @Override
    public InviterState start() {
        return new Idle();
    }

    @Override
    public Duration limit(InviterState state) {
        return switch (state) {
            case Idle _ -> PREPARATION;
            case Reaching _ -> REACHING;
            case Inviting _ -> DELIVERY;
            case Ringing _ -> lifetime;
            case TalkState talk -> TalkRules.limit(talk);
            case GivenUp _ -> WITHDRAWAL;
            case Over _ -> Duration.ZERO;
        };
    }

    @Override
    public LegStep<InviterState, InviterMessage> arrived(InviterState state, InviterArrival arrival) {
        return switch (arrival) {
            case InviterArrival.RoomReady _ ->
                state instanceof Reaching(var offer)
                        ? to(new Inviting()).send(new InviterMessage.Invite(offer))
                        : LegStep.stay(state);
            case InviterArrival.NobodyReachable(var end) ->
                state instanceof Reaching ? missed(end) : LegStep.stay(state);
            case InviterArrival.InviteSent _ -> sent(state);
            case InviterArrival.NotSent _ -> notSent(state);
            case InviterArrival.Answered(var peer, var answer) -> answered(state, peer, answer);
            case InviterArrival.Rejected(var party, var end) -> rejected(state, party, end);
            case InviterArrival.HungUp(var party, var end) -> hungUp(state, party, end);
            case InviterArrival.Left _ -> left(state);
            // A device may tell where it is before it answers, and which one answers nobody knows.
            case TalkArrival.Trickled(var _, var candidates)
            when state instanceof Inviting || state instanceof Ringing ->
                to(state).tell(new LegEvent.Trickled(candidates));
            case TalkArrival inTalk ->
                state instanceof TalkState talk ? widened(TalkRules.arrived(talk, inTalk)) : LegStep.stay(state);
        };
    }

    @Override
    public LegStep<InviterState, InviterMessage> asked(InviterState state, LegCommand command) {
        return switch (command) {
            case LegCommand.Dial(var _, var offer) ->
                state instanceof Idle ? to(new Reaching(offer)).send(new InviterMessage.Reach()) : LegStep.stay(state);
            case LegCommand.End(var end) -> end(state, end);
            case LegCommand.Identify(var who)
            when state instanceof Ringing -> to(state).send(new TalkMessage.Identify(who.party()));
            case LegCommand.Ring _, LegCommand.Answer _ -> LegStep.stay(state);
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
    public LegStep<InviterState, InviterMessage> overdue(InviterState state) {
        return switch (state) {
            case Idle _ -> end(state, CallEnd.of(HangupCause.FAILED));
            case Reaching _ -> missed(new CallEnd(HangupCause.UNREACHABLE, "homeserver-slow"));
            case Inviting _ -> end(state, new CallEnd(HangupCause.UNREACHABLE, "invite-not-sent"));
            case Ringing _ -> end(state, CallEnd.of(HangupCause.NO_ANSWER));
            case Talking _ -> end(state, CallEnd.of(HangupCause.TIME_LIMIT));
            case TalkState talk -> widened(TalkRules.overdue(talk));
            case GivenUp(var end) -> hangUp(end);
            case Over _ -> LegStep.stay(state);
        };
    }

    private static LegStep<InviterState, InviterMessage> sent(InviterState state) {
        return switch (state) {
            case Inviting _ -> to(new Ringing()).tell(new LegEvent.Ringing());
            case GivenUp(var end) -> hangUp(end);
            case Idle _, Reaching _, Ringing _, TalkState _, Over _ -> LegStep.stay(state);
        };
    }

    private static LegStep<InviterState, InviterMessage> notSent(InviterState state) {
        return switch (state) {
            case Inviting _ -> missed(new CallEnd(HangupCause.UNREACHABLE, "invite-not-sent"));
            // A request that broke off may still have come through; a hangup too many does no harm.
            case GivenUp(var end) -> hangUp(end);
            case Idle _, Reaching _, Ringing _, TalkState _, Over _ -> LegStep.stay(state);
        };
    }

    /// The first answer wins. It can be here before the homeserver has told us our invite's event id.
    private static LegStep<InviterState, InviterMessage> answered(InviterState state, Peer peer, Sdp answer) {
        return switch (state) {
            case Inviting _, Ringing _ -> {
                LegStep<InviterState, InviterMessage> step = to(new Talking(Talk.with(peer, false)));
                yield (switch (peer.version()) {
                            case ZERO -> step.send(new InviterMessage.Speak(PeerVersion.ZERO));
                            case ONE -> select(step, peer.partyId());
                        })
                        .tell(new LegEvent.Answered(answer));
            }
            case GivenUp(var end) -> hangUp(end);
            case Idle _, Reaching _, TalkState _, Over _ -> LegStep.stay(state);
        };
    }

    /// A reject counts for all devices; the others stop ringing when it is selected.
    private static LegStep<InviterState, InviterMessage> rejected(InviterState state, String party, CallEnd end) {
        return switch (state) {
            case Inviting _, Ringing _ ->
                select(to(new Over()), party)
                        .send(new InviterMessage.Close())
                        .tell(new LegEvent.Ended(
                                end.cause() == HangupCause.NORMAL ? CallEnd.of(HangupCause.REJECTED) : end));
            case GivenUp(var given) ->
                select(to(new Over()), party).send(new InviterMessage.Close()).tell(new LegEvent.Ended(given));
            case Idle _, Reaching _, TalkState _, Over _ -> LegStep.stay(state);
        };
    }

    /// Until an answer is chosen a hangup of any device ends the call, afterwards only one of the chosen device. Other
    /// devices of the user hear nothing of the first kind, and ring until we hang up too.
    private static LegStep<InviterState, InviterMessage> hungUp(InviterState state, String party, CallEnd end) {
        return switch (state) {
            case Inviting _, Ringing _ ->
                stopRinging(end.cause() == HangupCause.NORMAL ? CallEnd.of(HangupCause.REJECTED) : end);
            case GivenUp(var given) -> stopRinging(given);
            case TalkState talk -> talk.talk().peer().partyId().equals(party) ? over(end) : LegStep.stay(state);
            case Idle _, Reaching _, Over _ -> LegStep.stay(state);
        };
    }

    private static LegStep<InviterState, InviterMessage> stopRinging(CallEnd end) {
        return to(new Over())
                .send(new InviterMessage.Hangup(HangupCause.NORMAL))
                .send(new InviterMessage.Close())
                .tell(new LegEvent.Ended(end));
    }

    private static LegStep<InviterState, InviterMessage> left(InviterState state) {
        return switch (state) {
            case Inviting _, Ringing _ -> over(new CallEnd(HangupCause.UNREACHABLE, "left-room"));
            case TalkState _ -> over(new CallEnd(HangupCause.NORMAL, "left-room"));
            case GivenUp(var end) -> over(end);
            case Idle _, Reaching _, Over _ -> LegStep.stay(state);
        };
    }

    private static LegStep<InviterState, InviterMessage> end(InviterState state, CallEnd end) {
        return switch (state) {
            case Idle _ -> over(end);
            case Reaching _ -> missed(end);
            case Inviting _ -> to(new GivenUp(end)).send(new InviterMessage.Withdraw());
            case Ringing _ -> hangUp(end);
            case TalkState _ -> {
                LegStep<InviterState, InviterMessage> step =
                        to(new Over()).send(new InviterMessage.Hangup(end.cause()));
                yield Notices.toCallee(end)
                        .map(text -> step.send(new InviterMessage.Notice(text)))
                        .orElse(step)
                        .send(new InviterMessage.Close())
                        .tell(new LegEvent.Ended(end));
            }
            case GivenUp _, Over _ -> LegStep.stay(state);
        };
    }

    /// Nobody took the call: stop the ringing and leave a note of it.
    private static LegStep<InviterState, InviterMessage> hangUp(CallEnd end) {
        LegStep<InviterState, InviterMessage> step = to(new Over()).send(new InviterMessage.Hangup(end.cause()));
        return note(step, end).send(new InviterMessage.Close()).tell(new LegEvent.Ended(end));
    }

    private static LegStep<InviterState, InviterMessage> missed(CallEnd end) {
        return note(to(new Over()), end).send(new InviterMessage.Close()).tell(new LegEvent.Ended(end));
    }

    private static LegStep<InviterState, InviterMessage> note(LegStep<InviterState, InviterMessage> step, CallEnd end) {
        return end.cause() == HangupCause.ANSWERED_ELSEWHERE ? step : step.send(new InviterMessage.MissedCall());
    }

    private static LegStep<InviterState, InviterMessage> select(
            LegStep<InviterState, InviterMessage> step, String party) {
        return party.isEmpty() ? step : step.send(new InviterMessage.SelectAnswer(party));
    }

    private static LegStep<InviterState, InviterMessage> over(CallEnd end) {
        return to(new Over()).send(new InviterMessage.Close()).tell(new LegEvent.Ended(end));
    }

    private static LegStep<InviterState, InviterMessage> widened(LegStep<TalkState, TalkMessage> step) {
        return new LegStep<>(step.next(), List.<InviterMessage>copyOf(step.messages()), step.events());
    }

    private static LegStep<InviterState, InviterMessage> to(InviterState next) {
        return LegStep.to(next);
    }
}
