package dev.callbridge.matrix;

import dev.callbridge.bridge.Inbox;
import dev.callbridge.bridge.Ladder;
import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.Seat;
import dev.callbridge.bridge.StateFormat;
import dev.callbridge.bridge.Wire;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Leg;
import dev.callbridge.call.LegId;
import dev.callbridge.call.Sdp;
import dev.callbridge.dialplan.Party;
import dev.callbridge.matrix.Doorway.Found;
import dev.callbridge.matrix.client.Outbox;
import dev.callbridge.matrix.client.Outgoing.Outcome;
import dev.callbridge.matrix.event.CallEvents;
import dev.callbridge.matrix.event.RoomEvent;
import dev.callbridge.matrix.leg.InviterArrival;
import dev.callbridge.matrix.leg.InviterLeg;
import dev.callbridge.matrix.leg.InviterMessage;
import dev.callbridge.matrix.leg.InviterState;
import dev.callbridge.matrix.leg.MatrixReasons;
import dev.callbridge.matrix.leg.Notices;
import dev.callbridge.matrix.leg.PeerVersion;
import dev.callbridge.matrix.leg.TalkMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The place of a Matrix user whom we call.
///
/// @param user who is called
/// @param lifetime how long our invite rings
record InviterSeat(
        CallRoutes routes, Outbox outbox, Ghosts ghosts, Doorway doorway, Party caller, String user, Duration lifetime)
        implements Seat<InviterState, InviterArrival, InviterMessage> {

    private static final Duration DELIVERY = Duration.ofSeconds(12);
    private static final Duration END = Duration.ofMinutes(2);

    /// When a user and a telephone call each other at once, the lesser call id survives (Client-Server API,
    /// Voice over IP, Glare). No id begins with less than this, so it is ours: a telephone that rings already
    /// costs nobody anything, and another one need not be dialled.
    private static final String LEAST = "-";

    @Override
    public Leg<InviterState, InviterArrival, InviterMessage> leg() {
        return new InviterLeg(lifetime);
    }

    @Override
    public List<MediaProfile> media() {
        return List.of(new MediaProfile.WebRtc());
    }

    @Override
    public StateFormat<InviterState> states() {
        return LegFormats.INVITER;
    }

    @Override
    public Wire<InviterMessage> connect(LegId id, Inbox<InviterArrival> inbox) {
        return new Mouth(id, inbox);
    }

    /// Takes what arrives.
    private final class Ear implements CallRoutes.Listener {

        private final LegId id;
        private final Inbox<InviterArrival> inbox;
        private final String ours;
        private volatile boolean answered;

        private Ear(LegId id, Inbox<InviterArrival> inbox, String ours) {
            this.id = id;
            this.inbox = inbox;
            this.ours = ours;
        }

        @Override
        public void heard(RoomEvent event) {
            Ladder.arrived(Ladder.Side.MATRIX, id, event.type());
            String party = event.identifier("party_id");
            CallEnd end = MatrixReasons.end(event.text("reason"));
            switch (event.type()) {
                case CallEvents.ANSWER -> {
                    answered = true;
                    Sdp answer = event.description("answer");
                    inbox.deliver(
                            answer.text().isEmpty()
                                    ? new InviterArrival.HungUp(
                                            party, new CallEnd(HangupCause.UNREACHABLE, "no-answer-sdp"))
                                    : new InviterArrival.Answered(event.peer(answer), answer));
                }
                case CallEvents.REJECT -> inbox.deliver(new InviterArrival.Rejected(party, end));
                case CallEvents.HANGUP -> inbox.deliver(new InviterArrival.HungUp(party, end));
                case CallEvents.NEGOTIATE -> TalkWire.read(event).ifPresent(inbox::deliver);
                case CallEvents.ASSERTED_IDENTITY, CallEvents.OLD_ASSERTED_IDENTITY ->
                    TalkWire.asserted(event, ghosts.ids()).ifPresent(inbox::deliver);
                case CallEvents.CANDIDATES -> TalkWire.candidates(event).ifPresent(inbox::deliver);
                // Of a mute nobody need know: a muted client sends silence by itself.
                default -> {}
            }
        }

        @Override
        public void left() {
            inbox.deliver(new InviterArrival.Left());
        }

        @Override
        public boolean rings() {
            return !answered;
        }

        /// Two of ours in one room are two calls.
        @Override
        public void collided() {}

        @Override
        public String user() {
            return user;
        }

        @Override
        public String ours() {
            return ours;
        }
    }

    /// Sends what the leg says. Where, is known once the doorway has been found; nothing but its search and a
    /// note of a missed call is asked for earlier.
    private final class Mouth implements Wire<InviterMessage> {

        private final LegId id;
        private final Inbox<InviterArrival> inbox;
        private final TalkWire talk;
        private CompletableFuture<Found> search = new CompletableFuture<>();
        private PeerVersion version = PeerVersion.ONE;
        private volatile boolean closed;

        private Mouth(LegId id, Inbox<InviterArrival> inbox) {
            this.id = id;
            this.inbox = inbox;
            this.talk = new TalkWire(id, inbox, outbox, ghosts, caller);
        }

        @Override
        public void send(InviterMessage message) {
            switch (message) {
                case InviterMessage.Reach _ -> {
                    search = doorway.find(caller, user);
                    var _ = search.thenAccept(this::found);
                }
                case InviterMessage.Invite(var offer) -> there(at -> invite(at, offer));
                case InviterMessage.Withdraw _ ->
                    there(at -> outbox.withdraw(at.room(), RoomVoice.transaction(id, "invite")));
                case InviterMessage.SelectAnswer(var party) ->
                    there(at -> voice(at)
                            .call(
                                    id,
                                    "select",
                                    CallEvents.SELECT_ANSWER,
                                    events(at).selectAnswer(party),
                                    END,
                                    _ -> {}));
                case InviterMessage.Speak(var spoken) -> version = spoken;
                case InviterMessage.Hangup(var cause) ->
                    there(at -> voice(at)
                            .call(id, "hangup", CallEvents.HANGUP, events(at).hangup(cause), END, _ -> {}));
                case InviterMessage.MissedCall _ -> {
                    var _ = search.thenAccept(this::missed);
                }
                case InviterMessage.Notice(var text) -> there(at -> voice(at).notice(id, "notice", text));
                case TalkMessage inTalk -> there(at -> talk.send(inTalk, voice(at), voice(at), events(at)));
                case InviterMessage.Close _ -> {
                    closed = true;
                    there(at -> routes.remove(at.room(), callId()));
                }
            }
        }

        private void found(Found found) {
            switch (found) {
                case Found.At at -> {
                    routes.add(at.room(), callId(), new Ear(id, inbox, at.as().userId()));
                    if (closed || !inbox.deliver(new InviterArrival.RoomReady())) {
                        routes.remove(at.room(), callId());
                    }
                }
                case Found.Nobody(var end, var _) -> inbox.deliver(new InviterArrival.NobodyReachable(end));
            }
        }

        private void there(Consumer<Found.At> act) {
            if (search.getNow(null) instanceof Found.At at) {
                act.accept(at);
            }
        }

        private void invite(Found.At at, Sdp offer) {
            if (at.inLineRoom()) {
                voice(at).announcement(id, "caller", Notices.isCalling(ghosts.nameAndNumber(caller)));
            }
            routes.collide(at.room(), user);
            CallEvents events = events(at);
            voice(at)
                    .call(
                            id,
                            "invite",
                            CallEvents.INVITE,
                            events.invite(offer, user, lifetime),
                            DELIVERY,
                            this::invited);
            voice(at).call(id, "candidates", CallEvents.CANDIDATES, events.endOfCandidates(), DELIVERY, _ -> {});
            if (at.inLineRoom()) {
                for (String type : CallEvents.ASSERTED_IDENTITIES) {
                    var identity = events.assertedIdentity(
                            at.caller().userId(), at.caller().name());
                    voice(at).call(id, type, type, identity, DELIVERY, _ -> {});
                }
            }
        }

        private void invited(Outcome outcome) {
            switch (outcome) {
                case Outcome.Sent(var eventId) -> inbox.deliver(new InviterArrival.InviteSent(eventId));
                case Outcome.Dropped _ -> inbox.deliver(new InviterArrival.NotSent());
            }
        }

        private void missed(Found found) {
            String text = Notices.missedCall(ghosts.nameAndNumber(caller));
            switch (found) {
                case Found.At at -> voice(at).notice(id, "missed", text);
                case Found.Nobody(var _, var notice) -> notice.ifPresent(voice -> voice.notice(id, "missed", text));
            }
        }

        private String callId() {
            return LEAST + id.call();
        }

        private RoomVoice voice(Found.At at) {
            return new RoomVoice(outbox, at.room(), at.as().userId());
        }

        private CallEvents events(Found.At at) {
            return new CallEvents(callId(), at.as().partyId(), version);
        }

        @Override
        public Map<String, String> identifiers() {
            @Nullable Found found = search.getNow(null);
            return found instanceof Found.At at
                    ? Map.of(
                            "room",
                            at.room(),
                            "call_id",
                            callId(),
                            "party_id",
                            at.as().partyId())
                    : Map.of("call_id", callId());
        }
    }
}
