package dev.callbridge.matrix.leg;

import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegStep;
import dev.callbridge.call.Sdp;
import dev.callbridge.call.Trouble;
import dev.callbridge.matrix.leg.TalkState.Answering;
import dev.callbridge.matrix.leg.TalkState.Offering;
import dev.callbridge.matrix.leg.TalkState.Preparing;
import dev.callbridge.matrix.leg.TalkState.Talk;
import dev.callbridge.matrix.leg.TalkState.Talking;
import dev.callbridge.matrix.leg.TalkState.Warned;
import java.time.Duration;

/// What happens in an answered call but its end: the part of [InviteeLeg] and [InviterLeg] that hardly asks who
/// called (Client-Server API, Voice over IP, Politeness).
///
/// ```
/// Talking ─▶ Preparing ─▶ Offering ─▶ Talking          we offer
///    └──────────┴────────────┴─▶ Answering ─▶ Talking  they offer
/// ```
///
/// An answer bears no sign of which offer it is to. So one that comes late, after its offer was given up, is
/// dropped. Matrix has no way to refuse an offer: what can't be answered is left without, and both sides keep
/// what they had.
final class TalkRules {

    static final Duration LIFETIME = Duration.ofSeconds(60);

    private static final Duration OFFER = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(15);
    /// Longer than any call may last; the call itself ends earlier.
    private static final Duration CALL = Duration.ofHours(25);

    private TalkRules() {}

    static Duration limit(TalkState state) {
        return switch (state) {
            case Talking _ -> CALL;
            case Preparing _ -> OFFER;
            case Offering _ -> LIFETIME;
            case Answering _ -> ANSWER;
        };
    }

    static LegStep<TalkState, TalkMessage> arrived(TalkState state, TalkArrival arrival) {
        return switch (arrival) {
            case TalkArrival.Reoffered(var party, var offer) ->
                negotiates(state, party) ? offered(state, offer) : LegStep.stay(state);
            case TalkArrival.Reanswered(var party, var answer) ->
                state instanceof Offering(var talk, boolean again) && negotiates(state, party)
                        ? settled(talk, again, new LegEvent.Reanswered(answer))
                        : LegStep.stay(state);
            case TalkArrival.Asserted(var party, var who) ->
                negotiates(state, party)
                        ? LegStep.<TalkState, TalkMessage>stay(state).tell(new LegEvent.Identified(who))
                        : LegStep.stay(state);
            case TalkArrival.Trickled(var party, var candidates) ->
                state.talk().peer().partyId().equals(party)
                        ? to(state).tell(new LegEvent.Trickled(candidates))
                        : LegStep.stay(state);
            case TalkArrival.OfferNotSent(int number) ->
                state instanceof Offering(var talk, boolean again) && talk.offers() == number
                        ? settled(talk, again, new LegEvent.OfferFailed())
                        : LegStep.stay(state);
        };
    }

    static LegStep<TalkState, TalkMessage> asked(TalkState state, LegCommand command) {
        return switch (command) {
            case LegCommand.Renegotiate _ ->
                state.talk().peer().bearsOffers() ? renegotiate(state) : LegStep.stay(state);
            case LegCommand.Offer(var offer) -> offer(state, offer);
            case LegCommand.Reanswer(var answer) -> reanswer(state, answer);
            case LegCommand.Decline _ -> decline(state);
            case LegCommand.Identify(var who) -> to(state).send(new TalkMessage.Identify(who.party()));
            case LegCommand.Warn(var trouble, boolean here) -> warn(state, trouble, here);
            // Nobody at a Matrix client can hear a key, and browsers take no signs of them.
            case LegCommand.Press _, LegCommand.Dial _, LegCommand.Ring _, LegCommand.Answer _, LegCommand.End _ ->
                LegStep.stay(state);
        };
    }

    /// Nobody answered in time. What lasts too long otherwise is the end of the call, and none of our business.
    static LegStep<TalkState, TalkMessage> overdue(TalkState state) {
        return switch (state) {
            case Talking _ -> LegStep.stay(state);
            case Preparing(var talk, boolean _) -> settled(talk, false, new LegEvent.OfferFailed());
            case Offering(var talk, boolean again) -> settled(talk, again, new LegEvent.OfferFailed());
            case Answering(var talk, int _, boolean again) -> settled(talk, again);
        };
    }

    /// Only the device that was chosen has a say, and only if both sides know how to negotiate.
    private static boolean negotiates(TalkState state, String party) {
        Peer peer = state.talk().peer();
        return peer.version() == PeerVersion.ONE && peer.partyId().equals(party);
    }

    private static LegStep<TalkState, TalkMessage> offered(TalkState state, Sdp offer) {
        return switch (state) {
            case Talking(var talk) -> answering(talk, 1, false, offer);
            // It has not left, so it collides with nothing; what media prepared for it has to go all the same.
            case Preparing(var talk, boolean _) -> giveWay(talk, offer);
            case Offering(var talk, boolean _) ->
                talk.polite()
                        ? giveWay(talk, offer).send(new TalkMessage.TakeBack(talk.offers()))
                        : LegStep.stay(state);
            case Answering(var talk, int owed, boolean again) -> answering(talk, owed + 1, again, offer);
        };
    }

    /// Theirs first; ours comes anew once that is answered.
    private static LegStep<TalkState, TalkMessage> giveWay(Talk talk, Sdp offer) {
        return to(new Answering(talk, 1, true)).tell(new LegEvent.OfferFailed()).tell(new LegEvent.Reoffered(offer));
    }

    private static LegStep<TalkState, TalkMessage> answering(Talk talk, int owed, boolean again, Sdp offer) {
        return to(new Answering(talk, owed, again)).tell(new LegEvent.Reoffered(offer));
    }

    private static LegStep<TalkState, TalkMessage> renegotiate(TalkState state) {
        return switch (state) {
            case Talking(var talk) -> settled(talk, true);
            case Preparing(var talk, boolean _) -> to(new Preparing(talk, true));
            case Offering(var talk, boolean _) -> to(new Offering(talk, true));
            case Answering(var talk, int owed, boolean _) -> to(new Answering(talk, owed, true));
        };
    }

    private static LegStep<TalkState, TalkMessage> offer(TalkState state, Sdp offer) {
        return switch (state) {
            case Preparing(var talk, boolean again) -> {
                Talk next = talk.oneMoreOffer();
                yield to(new Offering(next, again)).send(new TalkMessage.Reoffer(next.offers(), offer, LIFETIME));
            }
            case Talking _, Offering _, Answering _ -> LegStep.stay(state);
        };
    }

    private static LegStep<TalkState, TalkMessage> reanswer(TalkState state, Sdp answer) {
        return switch (state) {
            case Answering(var talk, int owed, boolean again) -> {
                if (owed > 1) {
                    yield to(new Answering(talk, owed - 1, again));
                }
                LegStep<TalkState, TalkMessage> step = settled(talk, again);
                yield step.send(new TalkMessage.Reanswer(answer));
            }
            case Talking _, Preparing _, Offering _ -> LegStep.stay(state);
        };
    }

    private static LegStep<TalkState, TalkMessage> decline(TalkState state) {
        return switch (state) {
            case Preparing(var talk, boolean again) -> settled(talk, again);
            case Answering(var talk, int owed, boolean again) ->
                owed > 1 ? to(new Answering(talk, owed - 1, again)) : settled(talk, again);
            case Talking _, Offering _ -> LegStep.stay(state);
        };
    }

    /// Once each in a call: who was told need not be told again.
    private static LegStep<TalkState, TalkMessage> warn(TalkState state, Trouble trouble, boolean here) {
        var warned = new Warned(trouble, here);
        if (state.talk().warned().contains(warned)) {
            return LegStep.stay(state);
        }
        Talk talk = state.talk().warned(warned);
        TalkState next = switch (state) {
            case Talking _ -> new Talking(talk);
            case Preparing(var _, boolean again) -> new Preparing(talk, again);
            case Offering(var _, boolean again) -> new Offering(talk, again);
            case Answering(var _, int owed, boolean again) -> new Answering(talk, owed, again);
        };
        return to(next).send(new TalkMessage.Warn(trouble, here));
    }

    /// A negotiation is over.
    ///
    /// @param again whether an offer of ours has to follow
    private static LegStep<TalkState, TalkMessage> settled(Talk talk, boolean again, LegEvent... events) {
        LegStep<TalkState, TalkMessage> step = to(again ? new Preparing(talk, false) : new Talking(talk));
        for (LegEvent event : events) {
            step = step.tell(event);
        }
        return again ? step.tell(new LegEvent.OfferWanted()) : step;
    }

    private static LegStep<TalkState, TalkMessage> to(TalkState next) {
        return LegStep.to(next);
    }
}
