package dev.callbridge.matrix;

import dev.callbridge.bridge.Inbox;
import dev.callbridge.bridge.Ladder;
import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.Seat;
import dev.callbridge.bridge.StateFormat;
import dev.callbridge.bridge.Wire;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Leg;
import dev.callbridge.call.LegId;
import dev.callbridge.dialplan.Party;
import dev.callbridge.matrix.client.Outbox;
import dev.callbridge.matrix.client.Outgoing.Outcome;
import dev.callbridge.matrix.event.CallEvents;
import dev.callbridge.matrix.event.RoomEvent;
import dev.callbridge.matrix.leg.InviteeArrival;
import dev.callbridge.matrix.leg.InviteeLeg;
import dev.callbridge.matrix.leg.InviteeMessage;
import dev.callbridge.matrix.leg.InviteeState;
import dev.callbridge.matrix.leg.MatrixReasons;
import dev.callbridge.matrix.leg.PeerVersion;
import dev.callbridge.matrix.leg.TalkMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The place of a Matrix user who calls a ghost.
///
/// @param voice where the user listens
/// @param ghost who answers for the number
/// @param callee whom the ghost stands for
/// @param user who calls
/// @param callId as the user's client chose it
record InviteeSeat(
        CallRoutes routes,
        Outbox outbox,
        CallVoice voice,
        Ghosts ghosts,
        String room,
        Ghost ghost,
        Party callee,
        String user,
        String callId,
        PeerVersion version)
        implements Seat<InviteeState, InviteeArrival, InviteeMessage> {

    /// As long as the media may take to come up.
    private static final Duration ANSWER = Duration.ofSeconds(20);

    /// What ends a call is worth repeating for long: the client's ringing may be all that the user sees.
    private static final Duration END = Duration.ofMinutes(2);

    @Override
    public Leg<InviteeState, InviteeArrival, InviteeMessage> leg() {
        return new InviteeLeg(ghost.partyId());
    }

    @Override
    public List<MediaProfile> media() {
        return List.of(new MediaProfile.WebRtc());
    }

    @Override
    public StateFormat<InviteeState> states() {
        return LegFormats.INVITEE;
    }

    @Override
    public Wire<InviteeMessage> connect(LegId id, Inbox<InviteeArrival> inbox) {
        Ladder.arrived(Ladder.Side.MATRIX, id, CallEvents.INVITE);
        routes.add(room, callId, new Ear(id, inbox));
        return new Mouth(id, inbox);
    }

    /// Takes what arrives.
    private final class Ear implements CallRoutes.Listener {

        private final LegId id;
        private final Inbox<InviteeArrival> inbox;

        private Ear(LegId id, Inbox<InviteeArrival> inbox) {
            this.id = id;
            this.inbox = inbox;
        }

        @Override
        public void heard(RoomEvent event) {
            Ladder.arrived(Ladder.Side.MATRIX, id, event.type());
            switch (event.type()) {
                case CallEvents.HANGUP, CallEvents.REJECT ->
                    inbox.deliver(new InviteeArrival.HungUp(MatrixReasons.end(event.text("reason"))));
                case CallEvents.SELECT_ANSWER ->
                    inbox.deliver(new InviteeArrival.Selected(event.text("selected_party_id")));
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
            inbox.deliver(new InviteeArrival.Left());
        }

        @Override
        public boolean rings() {
            return false;
        }

        @Override
        public void collided() {
            inbox.deliver(new InviteeArrival.Collided());
        }

        @Override
        public String user() {
            return user;
        }

        @Override
        public String ours() {
            return ghost.userId();
        }
    }

    /// Sends what the leg says.
    private final class Mouth implements Wire<InviteeMessage> {

        private final LegId id;
        private final Inbox<InviteeArrival> inbox;
        private final RoomVoice words = new RoomVoice(outbox, room, ghost.userId());
        private final CallEvents events = new CallEvents(callId, ghost.partyId(), version);
        private final TalkWire talk;

        private Mouth(LegId id, Inbox<InviteeArrival> inbox) {
            this.id = id;
            this.inbox = inbox;
            this.talk = new TalkWire(id, inbox, outbox, ghosts, callee);
        }

        @Override
        public void send(InviteeMessage message) {
            switch (message) {
                case InviteeMessage.Answer(var sdp) -> {
                    voice.call(id, "answer", CallEvents.ANSWER, events.answer(sdp), ANSWER, this::answered);
                    voice.call(id, "candidates", CallEvents.CANDIDATES, events.endOfCandidates(), ANSWER, _ -> {});
                }
                case InviteeMessage.Reject(var cause) -> {
                    boolean _ = takeBackAnswer();
                    reject(cause);
                }
                case InviteeMessage.Hangup(var cause) -> {
                    boolean unheard = takeBackAnswer();
                    voice.call(id, "hangup", CallEvents.HANGUP, events.hangup(cause), END, _ -> {});
                    // Who has no answer yet heeds no hangup of ours.
                    if (unheard && version == PeerVersion.ONE) {
                        reject(cause);
                    }
                }
                case InviteeMessage.Notice(var text) -> words.notice(id, "notice", text);
                case TalkMessage inTalk -> talk.send(inTalk, voice, words, events);
                case InviteeMessage.Close _ -> {
                    boolean _ = takeBackAnswer();
                    routes.remove(room, callId);
                }
            }
        }

        private void reject(HangupCause cause) {
            voice.call(id, "reject", CallEvents.REJECT, events.reject(cause), END, _ -> {});
        }

        /// An answer that still waits is of no use once the call ends.
        ///
        /// @return whether there was one
        private boolean takeBackAnswer() {
            boolean _ = outbox.withdraw(room, RoomVoice.transaction(id, "candidates"));
            return outbox.withdraw(room, RoomVoice.transaction(id, "answer"));
        }

        private void answered(Outcome outcome) {
            switch (outcome) {
                case Outcome.Sent _ -> {}
                case Outcome.Dropped _ -> inbox.deliver(new InviteeArrival.NotSent());
            }
        }

        @Override
        public Map<String, String> identifiers() {
            return Map.of("room", room, "call_id", callId, "party_id", ghost.partyId());
        }
    }
}
