package dev.callbridge.play;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.Digit;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.sdp.AudioFormats;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.OfferAnswer;
import dev.callbridge.sdp.Origin;
import dev.callbridge.sdp.OwnRtp;
import dev.callbridge.sdp.SessionDescription;
import dev.callbridge.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Somebody with a telephone, which speaks SIP by a leg like ours.
final class Phone extends Person {

    private static final OwnRtp OWN = new OwnRtp(Origin.first("7", "192.0.2.7"), "192.0.2.7", 5004);

    private final VirtualTime time;
    private final Consumer<LegCommand> leg;
    private final List<Digit> heard = new ArrayList<>();
    private final List<CallEnd> ends = new ArrayList<>();

    /// @param leg does what this person wants
    Phone(VirtualTime time, Consumer<LegCommand> leg) {
        super(OfferAnswer.TRUNK_EVENT);
        this.time = time;
        this.leg = leg;
    }

    @Override
    SessionDescription offer(AudioFormats all, Direction direction) {
        return OfferAnswer.plainOffer(OWN, all, direction);
    }

    @Override
    SessionDescription answer(SessionDescription offer, AudioFormats taken, Direction direction) {
        return OfferAnswer.plainAnswer(OWN, offer, taken, direction);
    }

    void hear(LegEvent event) {
        switch (event) {
            case LegEvent.Offered(var _, var offer) -> {
                Duration rings = time.between(Duration.ofSeconds(2), Duration.ofSeconds(5));
                VirtualTime.Timer _ = time.after(rings, () -> leg.accept(new LegCommand.Answer(accept(offer))));
            }
            case LegEvent.Answered(var answer) -> taken(answer);
            case LegEvent.Reoffered(var offer) -> leg.accept(new LegCommand.Reanswer(accept(offer)));
            case LegEvent.OfferWanted _ -> leg.accept(new LegCommand.Offer(describe()));
            case LegEvent.Reanswered(var answer) -> taken(answer);
            case LegEvent.Pressed(var digit, var _) -> heard.add(digit);
            case LegEvent.Ended(var end) -> ends.add(end);
            case LegEvent.Ringing _, LegEvent.OfferFailed _, LegEvent.Identified _, LegEvent.Trickled _ -> {}
            case LegEvent.Moved _ -> throw new AssertionError("there is one trunk");
            case LegEvent.Progressed _ -> throw new AssertionError("nobody speaks before the answer");
        }
    }

    /// Holds, or takes up the call again.
    void changesTo(Direction direction) {
        wishes(direction);
        leg.accept(new LegCommand.Renegotiate());
    }

    void presses(Digit digit) {
        leg.accept(new LegCommand.Press(digit, Duration.ofMillis(160)));
    }

    void hangsUp() {
        leg.accept(new LegCommand.End(CallEnd.of(HangupCause.NORMAL)));
    }

    List<Digit> heard() {
        return List.copyOf(heard);
    }

    List<CallEnd> ends() {
        return List.copyOf(ends);
    }
}
