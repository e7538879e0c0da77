package dev.callbridge.testkit;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One call as a user's client sees it, placed or taken.
public final class FakeCall {

    private final FakeUser user;
    private final String room;
    private final String callId;
    private final String device;

    FakeCall(FakeUser user, String room, String callId, String device) {
        this.user = user;
        this.room = room;
        this.callId = callId;
        this.device = device;
    }

    public String room() {
        return room;
    }

    public String callId() {
        return callId;
    }

    /// The same call on another device of the user.
    public FakeCall on(String otherDevice) {
        return new FakeCall(user, room, callId, otherDevice);
    }

    public void answers(String sdp) {
        ObjectNode content = content();
        content.putObject("answer").put("type", "answer").put("sdp", sdp);
        user.sends(room, "m.call.answer", content, 0, true);
    }

    /// Tells where it is, one event for all of it.
    public void trickles(String... candidates) {
        ObjectNode content = content();
        var list = content.putArray("candidates");
        for (String candidate : candidates) {
            list.addObject().put("candidate", candidate).put("sdpMid", "0").put("sdpMLineIndex", 0);
        }
        user.sends(room, "m.call.candidates", content, 0, true);
    }

    /// Wants to change what was agreed on.
    public void offers(String sdp) {
        negotiates("offer", sdp);
    }

    /// Takes the change that the other side wants.
    public void accepts(String sdp) {
        negotiates("answer", sdp);
    }

    private void negotiates(String type, String sdp) {
        ObjectNode content = content().put("lifetime", 60_000);
        content.putObject("description").put("type", type).put("sdp", sdp);
        user.sends(room, "m.call.negotiate", content, 0, true);
    }

    /// Says who is on the user's side now.
    ///
    /// @param type of the event, which has two names
    /// @param identity null: the user itself
    public void asserts(String type, @Nullable JsonNode identity) {
        ObjectNode content = content();
        content.set("asserted_identity", identity == null ? content.nullNode() : identity);
        user.sends(room, type, content, 0, true);
    }

    public void rejects() {
        user.sends(room, "m.call.reject", content(), 0, true);
    }

    public void hangsUp() {
        user.sends(room, "m.call.hangup", content().put("reason", "user_hangup"), 0, true);
    }

    public void selects(String party) {
        user.sends(room, "m.call.select_answer", content().put("selected_party_id", party), 0, true);
    }

    public JsonNode expectInvite() {
        return expect("m.call.invite");
    }

    /// @return its content
    public JsonNode expectAnswer() {
        return expect("m.call.answer");
    }

    public JsonNode expectReject() {
        return expect("m.call.reject");
    }

    public JsonNode expectHangup() {
        return expect("m.call.hangup");
    }

    public JsonNode expect(String type) {
        return user.expect(room, event -> isOfThisCall(event) && type(event).equals(type))
                .path("content");
    }

    /// Waits for a `negotiate` of this type.
    ///
    /// @param nth counted from 1
    /// @return its content
    public JsonNode expectNegotiate(String type, int nth) {
        return await().atMost(Duration.ofSeconds(20))
                .until(
                        () -> user.heard(room).stream()
                                .filter(this::isOfThisCall)
                                .filter(event -> type(event).equals("m.call.negotiate"))
                                .map(event -> event.path("content"))
                                .filter(content -> content.path("description")
                                        .path("type")
                                        .asString("")
                                        .equals(type))
                                .skip(nth - 1)
                                .findFirst()
                                .orElse(FakeHomeserver.JSON.createObjectNode()),
                        content -> content.has("call_id"));
    }

    /// Types of the other side's events in this call, oldest first.
    public List<String> heard() {
        return user.heard(room).stream()
                .filter(this::isOfThisCall)
                .map(FakeCall::type)
                .toList();
    }

    private boolean isOfThisCall(JsonNode event) {
        return event.path("content").path("call_id").asString("").equals(callId);
    }

    private static String type(JsonNode event) {
        return event.path("type").asString("");
    }

    public ObjectNode content() {
        return FakeHomeserver.JSON
                .createObjectNode()
                .put("call_id", callId)
                .put("party_id", device)
                .put("version", "1");
    }
}
