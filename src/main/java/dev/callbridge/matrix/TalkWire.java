package dev.callbridge.matrix;

import dev.callbridge.bridge.Inbox;
import dev.callbridge.call.Candidates;
import dev.callbridge.call.Identity;
import dev.callbridge.call.LegId;
import dev.callbridge.call.Sdp;
import dev.callbridge.dialplan.Dialled;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.Party;
import dev.callbridge.matrix.client.MatrixException;
import dev.callbridge.matrix.client.Outbox;
import dev.callbridge.matrix.client.Outgoing.Outcome;
import dev.callbridge.matrix.event.CallEvents;
import dev.callbridge.matrix.event.RoomEvent;
import dev.callbridge.matrix.leg.Notices;
import dev.callbridge.matrix.leg.TalkArrival;
import dev.callbridge.matrix.leg.TalkMessage;
import dev.callbridge.store.DatabaseUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// Carries what is said in an answered call; the same whoever called. Belongs to the loop of its call.
final class TalkWire {

    private static final Logger log = LoggerFactory.getLogger(TalkWire.class);

    /// Longer than that and the peer, or our call, has given the negotiation up.
    private static final Duration DELIVERY = Duration.ofSeconds(12);

    /// A client with several networks and TURN servers has some dozen.
    private static final int MOST_CANDIDATES = 64;

    private final LegId id;
    private final Inbox<? super TalkArrival> inbox;
    private final Outbox outbox;
    private final Ghosts ghosts;
    private Party shown;
    private int said;

    /// @param shown who is on the other side, as far as the room shows it
    TalkWire(LegId id, Inbox<? super TalkArrival> inbox, Outbox outbox, Ghosts ghosts, Party shown) {
        this.id = id;
        this.inbox = inbox;
        this.outbox = outbox;
        this.ghosts = ghosts;
        this.shown = shown;
    }

    /// What an `m.call.candidates` says; empty if it only ends them. No more than [#MOST_CANDIDATES] are read.
    static Optional<TalkArrival> candidates(RoomEvent event) {
        List<String> lines = event.content()
                .path("candidates")
                .valueStream()
                .limit(MOST_CANDIDATES)
                .map(candidate -> candidate.path("candidate").asString(""))
                .filter(line -> !line.isEmpty())
                .toList();
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(new TalkArrival.Trickled(event.text("party_id"), new Candidates(lines)));
    }

    /// What an `m.call.negotiate` says; empty if that is neither an offer nor an answer.
    static Optional<TalkArrival> read(RoomEvent event) {
        Sdp description = event.description("description");
        String party = event.identifier("party_id");
        if (description.text().isEmpty()) {
            return Optional.empty();
        }
        return switch (event.content().path("description").path("type").asString("")) {
            case "offer" -> Optional.of(new TalkArrival.Reoffered(party, description));
            case "answer" -> Optional.of(new TalkArrival.Reanswered(party, description));
            default -> Optional.empty();
        };
    }

    /// What an `m.call.asserted_identity` says (MSC3086); empty if it names nobody. Null is the user itself again, and
    /// so is who is named without an id. One of our own stands for its number.
    static Optional<TalkArrival> asserted(RoomEvent event, MatrixIds ids) {
        JsonNode said = event.content().path("asserted_identity");
        if (!said.isObject() && !said.isNull()) {
            return Optional.empty();
        }
        String id = said.path("id").asString("");
        String name = said.path("display_name").asString("");
        Optional<Party> party = ids.isOurs(id)
                ? ids.dialled(id).map(Dialled::party)
                : Optional.of(new MatrixUser(id.isEmpty() ? event.sender() : id));
        return party.map(who -> new TalkArrival.Asserted(event.text("party_id"), new Identity(who, name)));
    }

    /// @param voice carries the call
    /// @param words carries what people read
    void send(TalkMessage message, CallVoice voice, RoomVoice words, CallEvents events) {
        switch (message) {
            case TalkMessage.Reoffer(int number, var offer, var lifetime) ->
                voice.call(
                        id,
                        purpose(number),
                        CallEvents.NEGOTIATE,
                        events.negotiate("offer", offer, lifetime),
                        DELIVERY,
                        outcome -> offered(number, outcome));
            case TalkMessage.TakeBack(int number) -> {
                boolean _ = outbox.withdraw(words.room(), RoomVoice.transaction(id, purpose(number)));
            }
            case TalkMessage.Reanswer(var answer) ->
                voice.call(
                        id,
                        "reanswer-" + ++said,
                        CallEvents.NEGOTIATE,
                        events.negotiate("answer", answer, DELIVERY),
                        DELIVERY,
                        _ -> {});
            case TalkMessage.Identify(var party) -> identify(party, voice, words, events);
            case TalkMessage.Warn(var trouble, boolean here) ->
                words.notice(
                        id,
                        "warning-" + trouble.reason() + (here ? "-here" : "-there"),
                        Notices.warning(trouble, here));
        }
    }

    private static String purpose(int offer) {
        return "reoffer-" + offer;
    }

    private void offered(int number, Outcome outcome) {
        switch (outcome) {
            case Outcome.Sent _ -> {}
            case Outcome.Dropped _ -> inbox.deliver(new TalkArrival.OfferNotSent(number));
        }
    }

    /// Clients that show who is asserted look the user up, so its ghost has to be there first; that may take a
    /// while.
    private void identify(Party party, CallVoice voice, RoomVoice words, CallEvents events) {
        if (party.equals(shown)) {
            return;
        }
        shown = party;
        int number = ++said;
        Thread.ofVirtual().name("identify-" + id).start(() -> identify(party, number, voice, words, events));
    }

    private void identify(Party party, int number, CallVoice voice, RoomVoice words, CallEvents events) {
        String name = ghosts.name(party);
        String user = party instanceof MatrixUser(var own) ? own : ghosts.ids().ghost(party);
        try {
            if (!(party instanceof MatrixUser)) {
                Ghost _ = ghosts.of(party);
            }
        } catch (MatrixException | DatabaseUnavailable e) {
            log.info("the ghost of a new other side could not be made: {}", e.getMessage());
        }
        for (String type : CallEvents.ASSERTED_IDENTITIES) {
            voice.call(id, type + "-" + number, type, events.assertedIdentity(user, name), DELIVERY, _ -> {});
        }
        words.notice(id, "identity-" + number, Notices.talksTo(ghosts.nameAndNumber(party)));
    }
}
