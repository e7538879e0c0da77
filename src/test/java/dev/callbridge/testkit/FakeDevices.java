package dev.callbridge.testkit;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The devices of a [FakeHomeserver]'s users, and what is sent to them. As with Synapse, what is sent to a device that
/// does not exist is lost without a word.
final class FakeDevices {

    private final Map<String, Set<String>> devices = new ConcurrentHashMap<>();
    private final Map<String, List<JsonNode>> inboxes = new ConcurrentHashMap<>();
    private final Predicate<String> ours;
    private final Consumer<ObjectNode> push;

    /// @param ours whether a user is in the application service's namespace
    /// @param push takes what the application service is to hear
    FakeDevices(Predicate<String> ours, Consumer<ObjectNode> push) {
        this.ours = ours;
        this.push = push;
    }

    void add(String user, String device) {
        devices.computeIfAbsent(user, _ -> ConcurrentHashMap.newKeySet()).add(device);
    }

    Set<String> of(String user) {
        return Set.copyOf(devices.getOrDefault(user, Set.of()));
    }

    /// @param messages by user, then by device
    void send(String sender, String type, JsonNode messages) {
        messages.propertyStream()
                .forEach(entry -> entry.getValue()
                        .propertyStream()
                        .forEach(content -> send(sender, type, entry.getKey(), content.getKey(), content.getValue())));
    }

    private void send(String sender, String type, String user, String device, JsonNode content) {
        Set<String> reached = device.equals("*") ? of(user) : Set.of(device);
        for (String each : reached) {
            ObjectNode message =
                    FakeHomeserver.JSON.createObjectNode().put("type", type).put("sender", sender);
            message.set("content", content);
            message.put("to_user_id", user).put("to_device_id", each);
            if (!ours.test(user)) {
                inboxes.computeIfAbsent(user, _ -> new CopyOnWriteArrayList<>()).add(message);
            } else if (of(user).contains(each)) {
                push.accept(message);
            }
        }
    }

    /// What was sent to the devices of `user`, oldest first.
    List<JsonNode> inbox(String user) {
        return List.copyOf(inboxes.getOrDefault(user, List.of()));
    }
}
