package dev.callbridge.testkit;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Somebody with a Matrix client that makes calls, version 1.
public final class FakeUser {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final AtomicInteger CALLS = new AtomicInteger();

    private final String id;
    private final FakeRooms rooms;
    private final FakeDevices devices;

    FakeUser(String id, FakeRooms rooms, FakeDevices devices) {
        this.id = id;
        this.rooms = rooms;
        this.devices = devices;
    }

    public String id() {
        return id;
    }

    /// Opens a direct chat, as a client does when a number is dialled, and waits until the other is in it.
    public String dm(String other) {
        String room = opens(other);
        await().atMost(PATIENCE).until(() -> Objects.equals(rooms.membership(room, other), "join"));
        return room;
    }

    /// Opens a chat and doesn't wait.
    public String opens(String... others) {
        return done(() -> rooms.create(id, List.of(others)));
    }

    public void joins(String room) {
        done(() -> {
            rooms.join(room, id);
            return room;
        });
    }

    public void leaves(String room) {
        done(() -> {
            rooms.leave(room, id, id, "");
            return room;
        });
    }

    public String says(String room, String text) {
        ObjectNode content =
                FakeHomeserver.JSON.createObjectNode().put("msgtype", "m.text").put("body", text);
        return sends(room, "m.room.message", content, 0, true);
    }

    /// @return its event id
    public String sends(String room, String type, JsonNode content, long ageMs, boolean pushed) {
        return done(() -> rooms.send(room, id, type, null, content, ageMs, pushed));
    }

    public FakeCall calls(String room, String sdp) {
        return calls(room, sdp, 0, true);
    }

    /// @param ageMs how long ago
    /// @param pushed false: the application service has to find it by itself
    public FakeCall calls(String room, String sdp, long ageMs, boolean pushed) {
        var call = new FakeCall(this, room, "call" + CALLS.incrementAndGet(), "ALICEPHONE");
        ObjectNode content = call.content().put("lifetime", 60_000);
        content.putObject("offer").put("type", "offer").put("sdp", sdp);
        sends(room, "m.call.invite", content, ageMs, pushed);
        return call;
    }

    /// Waits until `other` has a device.
    public String expectDeviceOf(String other) {
        return await().atMost(PATIENCE)
                .until(() -> devices.of(other).stream().findFirst().orElse(""), device -> !device.isEmpty());
    }

    /// Sends to a device of `other` instead of to a room.
    public void sendsTo(String other, String device, String type, JsonNode content) {
        ObjectNode messages = FakeHomeserver.JSON.createObjectNode();
        messages.putObject(other).set(device, content);
        devices.send(id, type, messages);
    }

    /// Waits for what is sent to a device of this user.
    ///
    /// @return the whole message
    public JsonNode expectAtDevice(String type) {
        return await().atMost(PATIENCE)
                .until(
                        () -> devices.inbox(id).stream()
                                .filter(message ->
                                        message.path("type").asString("").equals(type))
                                .findFirst()
                                .orElse(FakeHomeserver.JSON.createObjectNode()),
                        message -> message.has("type"));
    }

    /// Waits until somebody rings this user in a room that it has joined.
    public FakeCall expectCall() {
        return await().atMost(PATIENCE).until(this::ringing, Objects::nonNull);
    }

    /// Whether anybody ever rang.
    public boolean wasCalled() {
        return ringing() != null;
    }

    @SuppressWarnings("NullAway") // null: nobody rings yet
    private FakeCall ringing() {
        for (String room : rooms.of(id, "join")) {
            for (ObjectNode event : rooms.timeline(room)) {
                boolean rings = event.path("type").asString("").equals("m.call.invite")
                        && event.path("content").path("invitee").asString("").equals(id);
                if (rings) {
                    return new FakeCall(
                            this, room, event.path("content").path("call_id").asString(""), "ALICEPHONE");
                }
            }
        }
        return null;
    }

    /// Waits for a room to which this user is invited, or which it has joined through an invitation, and in which
    /// `other` is.
    public String expectRoomWith(String other) {
        return await().atMost(PATIENCE)
                .until(
                        () -> rooms.of(other, "join").stream()
                                .filter(room -> rooms.membership(room, id) != null)
                                .findFirst()
                                .orElse(""),
                        room -> !room.isEmpty());
    }

    /// How often this user was invited to `room`.
    public long invitationsTo(String room) {
        return rooms.invitations(room, id);
    }

    /// Asks `other` into `room`.
    public void invites(String room, String other) {
        done(() -> {
            rooms.invite(room, id, other);
            return room;
        });
    }

    /// Turns `other` out of `room`.
    public void kicks(String room, String other) {
        done(() -> {
            rooms.leave(room, id, other, "");
            return room;
        });
    }

    public boolean isInvitedTo(String room) {
        return Objects.equals(rooms.membership(room, id), "invite");
    }

    /// Waits for words of somebody else.
    public String expectNotice(String room, String containing) {
        JsonNode event = expect(
                room,
                said -> said.path("content").path("msgtype").asString("").equals("m.notice")
                        && said.path("content").path("body").asString("").contains(containing));
        return event.path("content").path("body").asString("");
    }

    /// Waits for an event of somebody else.
    public JsonNode expect(String room, Predicate<JsonNode> wanted) {
        return await().atMost(PATIENCE)
                .until(
                        () -> heard(room).stream()
                                .filter(wanted)
                                .findFirst()
                                .orElse(FakeHomeserver.JSON.createObjectNode()),
                        event -> event.has("event_id"));
    }

    /// What others said in `room`, oldest first.
    public List<JsonNode> heard(String room) {
        return rooms.timeline(room).stream()
                .filter(event -> !event.path("sender").asString("").equals(id))
                .map(JsonNode.class::cast)
                .toList();
    }

    private interface Doing {
        String run() throws FakeRooms.Refused;
    }

    private static String done(Doing doing) {
        try {
            return doing.run();
        } catch (FakeRooms.Refused e) {
            throw new IllegalStateException(e);
        }
    }
}
