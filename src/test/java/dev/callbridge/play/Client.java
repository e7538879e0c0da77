package dev.callbridge.play;

import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Sdp;
import dev.callbridge.matrix.leg.Peer;
import dev.callbridge.matrix.leg.PeerVersion;
import dev.callbridge.matrix.leg.TalkArrival;
import dev.callbridge.sdp.AudioFormats;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.OfferAnswer;
import dev.callbridge.sdp.Origin;
import dev.callbridge.sdp.OwnWebRtc;
import dev.callbridge.sdp.SessionDescription;
import dev.callbridge.sdp.WebRtcTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A Matrix client in an answered call, with the manners of matrix-js-sdk: one offer at a time; when offers collide the
/// callee's gives way and comes again, and the caller ignores the other one.
final class Client extends Person {

    static final String PARTY = "ALICEPHONE";

    private final boolean polite;
    private final Consumer<TalkArrival> room;
    private final List<HangupCause> ends = new ArrayList<>();
    private int generation;
    private boolean offering;
    private boolean needed;
    private int offers;
    private int answered;
    private int takenBack;
    private int answers;
    private int ignored;

    /// @param polite whether it was called
    /// @param room takes what it says in the call
    Client(boolean polite, Consumer<TalkArrival> room) {
        super(OfferAnswer.WEBRTC_EVENT);
        this.polite = polite;
        this.room = room;
    }

    static Peer peer(Sdp description) {
        return Peer.of(PARTY, PeerVersion.ONE, description);
    }

    @Override
    SessionDescription offer(AudioFormats all, Direction direction) {
        return OfferAnswer.webRtcOffer(own(), all, direction);
    }

    @Override
    SessionDescription answer(SessionDescription offer, AudioFormats taken, Direction direction) {
        WebRtcTransport transport = WebRtcTransport.of(offer).orElseThrow();
        return OfferAnswer.webRtcAnswer(own(), offer, transport, taken, direction);
    }

    private OwnWebRtc own() {
        return new OwnWebRtc(
                Origin.first("9", "127.0.0.1"),
                fragment(),
                "password-of-" + fragment() + "-0123456",
                "CC:DD",
                List.of(),
                new OwnWebRtc.MediaSource(9, "browser", "stream", "track"));
    }

    /// What it calls itself from now on.
    String fragment() {
        return "theirs" + generation;
    }

    /// Whether the bridge calls itself `fragment`, as far as this client was told.
    boolean knows(String fragment) {
        return WebRtcTransport.of(remote())
                .filter(bridge -> bridge.ufrag().equals(fragment))
                .isPresent();
    }

    /// Holds, or takes up the call again.
    void changesTo(Direction direction) {
        wishes(direction);
        negotiate();
    }

    void restartsIce() {
        generation++;
        negotiate();
    }

    private void negotiate() {
        if (offering) {
            needed = true;
            return;
        }
        offering = true;
        offers++;
        room.accept(new TalkArrival.Reoffered(PARTY, describe()));
    }

    void offered(Sdp offer) {
        if (offering && !polite) {
            ignored++;
            return;
        }
        if (offering) {
            offering = false;
            takenBack++;
            needed = true;
        }
        answers++;
        room.accept(new TalkArrival.Reanswered(PARTY, accept(offer)));
        goOn();
    }

    void answered(Sdp answer) {
        if (!offering) {
            throw new AssertionError("an answer to nothing");
        }
        offering = false;
        answered++;
        taken(answer);
        goOn();
    }

    private void goOn() {
        if (needed) {
            needed = false;
            negotiate();
        }
    }

    void hungUp(HangupCause cause) {
        ends.add(cause);
    }

    List<HangupCause> ends() {
        return List.copyOf(ends);
    }

    /// How many negotiations it began.
    int offers() {
        return offers;
    }

    /// How many of its offers were answered.
    int answered() {
        return answered;
    }

    /// How many of its offers gave way.
    int takenBack() {
        return takenBack;
    }

    /// How many offers it answered.
    int answers() {
        return answers;
    }

    /// How many offers it ignored, since its own was under way.
    int ignored() {
        return ignored;
    }
}
