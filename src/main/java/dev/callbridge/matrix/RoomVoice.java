package dev.callbridge.matrix;

import dev.callbridge.bridge.Ids;
import dev.callbridge.bridge.Ladder;
import dev.callbridge.call.LegId;
import dev.callbridge.matrix.client.Outbox;
import dev.callbridge.matrix.client.Outgoing;
import dev.callbridge.matrix.client.Outgoing.Outcome;
import dev.callbridge.matrix.client.Outgoing.Urgency;
import java.time.Duration;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Sends what is said in one room by one of ours. From any thread; never blocks.
///
/// @param as our user that speaks
record RoomVoice(Outbox outbox, String room, String as) implements CallVoice {

    private static final Duration NOTICE = Duration.ofMinutes(10);

    @Override
    public void call(
            LegId leg, String purpose, String type, ObjectNode content, Duration patience, Consumer<Outcome> heard) {
        outbox.send(
                new Outgoing(room, as, type, transaction(leg, purpose), content, Urgency.CALL, patience), outcome -> {
                    if (outcome instanceof Outcome.Sent) {
                        Ladder.sent(Ladder.Side.MATRIX, leg, type);
                    }
                    heard.accept(outcome);
                });
    }

    static String transaction(LegId leg, String purpose) {
        return leg.call() + "-" + leg.role() + "-" + purpose;
    }

    /// Plain words about a call.
    void notice(LegId leg, String purpose, String text) {
        notice(transaction(leg, purpose), text, Urgency.NOTICE);
    }

    /// Plain words that shall be read before the call events that follow.
    void announcement(LegId leg, String purpose, String text) {
        notice(transaction(leg, purpose), text, Urgency.CALL);
    }

    /// Plain words.
    void notice(String text) {
        notice("notice-" + Ids.random(16), text, Urgency.NOTICE);
    }

    private void notice(String transactionId, String text, Urgency urgency) {
        send(transactionId, content(text), urgency);
    }

    /// Plain words, with a link.
    void notice(String text, String html) {
        ObjectNode content =
                content(text).put("format", "org.matrix.custom.html").put("formatted_body", html);
        send("notice-" + Ids.random(16), content, Urgency.NOTICE);
    }

    private void send(String transactionId, ObjectNode content, Urgency urgency) {
        outbox.send(new Outgoing(room, as, "m.room.message", transactionId, content, urgency, NOTICE));
    }

    private static ObjectNode content(String text) {
        return JsonMapper.shared().createObjectNode().put("msgtype", "m.notice").put("body", text);
    }
}
