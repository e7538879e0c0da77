package dev.callbridge.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The rooms of a [FakeHomeserver]: who is in them, what was said, and what an application service hears of it.
final class FakeRooms {

    /// An error as Matrix has it.
    static final class Refused extends Exception {

        private static final long serialVersionUID = 1;

        private final int status;
        private final String code;

        Refused(int status, String code) {
            super(code);
            this.status = status;
            this.code = code;
        }

        int status() {
            return status;
        }

        String code() {
            return code;
        }
    }

    private static final class Room {

        private final Map<String, String> members = new LinkedHashMap<>();
        private final List<ObjectNode> timeline = new ArrayList<>();
        private final Map<String, String> transactions = new HashMap<>();
    }

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Room> rooms = new LinkedHashMap<>();
    private final Set<String> autoAccepting = ConcurrentHashMap.newKeySet();
    private final Predicate<String> ours;
    private final Consumer<ObjectNode> push;

    /// @param ours whether a user is in the application service's namespace
    /// @param push takes what the application service is to hear
    FakeRooms(Predicate<String> ours, Consumer<ObjectNode> push) {
        this.ours = ours;
        this.push = push;
    }

    void autoAccept(String user) {
        autoAccepting.add(user);
    }

    /// Room ids have no server part, as of room version 12.
    String create(String creator, List<String> invited) throws Refused {
        String id = "!room" + COUNT.incrementAndGet() + "/with+signs";
        lock.lock();
        try {
            rooms.put(id, new Room());
            member(id, creator, creator, "join", "");
            for (String user : invited) {
                member(id, creator, user, "invite", "");
            }
        } finally {
            lock.unlock();
        }
        accept(id, invited);
        return id;
    }

    void invite(String id, String sender, String user) throws Refused {
        lock.lock();
        try {
            Room room = joinedBy(id, sender);
            String now = room.members.get(user);
            // Whoever is invited already is invited once more, as Synapse does.
            if ("join".equals(now)) {
                throw new Refused(403, "M_FORBIDDEN");
            }
            member(id, sender, user, "invite", "");
        } finally {
            lock.unlock();
        }
        accept(id, List.of(user));
    }

    private void accept(String id, List<String> invited) throws Refused {
        for (String user : invited) {
            if (autoAccepting.contains(user)) {
                join(id, user);
            }
        }
    }

    void join(String id, String user) throws Refused {
        lock.lock();
        try {
            String now = room(id).members.get(user);
            if (now == null || now.equals("leave")) {
                throw new Refused(403, "M_FORBIDDEN");
            }
            if (!now.equals("join")) {
                member(id, user, user, "join", "");
            }
        } finally {
            lock.unlock();
        }
    }

    void leave(String id, String sender, String user, String reason) throws Refused {
        lock.lock();
        try {
            member(id, sender, user, "leave", reason);
        } finally {
            lock.unlock();
        }
    }

    Set<String> joined(String id, String asker) throws Refused {
        lock.lock();
        try {
            Map<String, String> members = new LinkedHashMap<>(joinedBy(id, asker).members);
            members.values().removeIf(membership -> !membership.equals("join"));
            return Set.copyOf(members.keySet());
        } finally {
            lock.unlock();
        }
    }

    @Nullable String membership(String id, String user) {
        lock.lock();
        try {
            Room room = rooms.get(id);
            return room == null ? null : room.members.get(user);
        } finally {
            lock.unlock();
        }
    }

    /// Rooms in which `user` is, by membership.
    List<String> of(String user, String membership) {
        lock.lock();
        try {
            return rooms.entrySet().stream()
                    .filter(entry -> membership.equals(entry.getValue().members.get(user)))
                    .map(Map.Entry::getKey)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    List<JsonNode> messages(String id, String asker) throws Refused {
        lock.lock();
        try {
            return joinedBy(id, asker).timeline.stream().map(FakeRooms::aged).toList();
        } finally {
            lock.unlock();
        }
    }

    /// How many of these there were, repeated ones included.
    long invitations(String id, String user) {
        return timeline(id).stream()
                .filter(event -> event.path("state_key").asString("").equals(user))
                .filter(event ->
                        event.path("content").path("membership").asString("").equals("invite"))
                .count();
    }

    /// Oldest first.
    List<ObjectNode> timeline(String id) {
        lock.lock();
        try {
            return List.copyOf(rooms.getOrDefault(id, new Room()).timeline);
        } finally {
            lock.unlock();
        }
    }

    String send(String id, String sender, String type, @Nullable String transaction, JsonNode content) throws Refused {
        return send(id, sender, type, transaction, content, 0, true);
    }

    /// @param ageMs how long ago it was said
    /// @param pushed false: it never reaches the application service by itself
    String send(
            String id,
            String sender,
            String type,
            @Nullable String transaction,
            JsonNode content,
            long ageMs,
            boolean pushed)
            throws Refused {
        lock.lock();
        try {
            Room room = joinedBy(id, sender);
            if (transaction != null && room.transactions.containsKey(transaction)) {
                return room.transactions.getOrDefault(transaction, "");
            }
            ObjectNode event = event(id, sender, type, content, ageMs);
            room.timeline.add(event);
            String eventId = event.path("event_id").asString("");
            if (transaction != null) {
                room.transactions.put(transaction, eventId);
            }
            if (pushed && interested(room, event)) {
                push.accept(event);
            }
            return eventId;
        } finally {
            lock.unlock();
        }
    }

    private void member(String id, String sender, String user, String membership, String reason) throws Refused {
        Room room = room(id);
        ObjectNode content = FakeHomeserver.JSON.createObjectNode().put("membership", membership);
        if (!reason.isEmpty()) {
            content.put("reason", reason);
        }
        ObjectNode event = event(id, sender, "m.room.member", content, 0).put("state_key", user);
        // Who leaves is told so still.
        boolean before = interested(room, event);
        room.members.put(user, membership);
        room.timeline.add(event);
        if (before || interested(room, event)) {
            push.accept(event);
        }
    }

    private boolean interested(Room room, JsonNode event) {
        String stateKey = event.path("state_key").asString("");
        return ours.test(event.path("sender").asString(""))
                || ours.test(stateKey)
                || room.members.entrySet().stream()
                        .anyMatch(entry -> entry.getValue().equals("join") && ours.test(entry.getKey()));
    }

    private static ObjectNode event(String room, String sender, String type, JsonNode content, long ageMs) {
        ObjectNode event = FakeHomeserver.JSON.createObjectNode();
        event.put("room_id", room)
                .put("sender", sender)
                .put("type", type)
                .put("event_id", "$event" + COUNT.incrementAndGet())
                .put("origin_server_ts", System.currentTimeMillis() - ageMs);
        event.set("content", content);
        return event;
    }

    /// With the age that an event has now.
    static JsonNode aged(ObjectNode event) {
        ObjectNode copy = event.deepCopy();
        long age = System.currentTimeMillis() - event.path("origin_server_ts").asLong();
        copy.putObject("unsigned").put("age", age);
        return copy;
    }

    private Room joinedBy(String id, String user) throws Refused {
        Room room = room(id);
        if (!"join".equals(room.members.get(user))) {
            throw new Refused(403, "M_FORBIDDEN");
        }
        return room;
    }

    private Room room(String id) throws Refused {
        Room room = rooms.get(id);
        if (room == null) {
            throw new Refused(404, "M_NOT_FOUND");
        }
        return room;
    }
}
