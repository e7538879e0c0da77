package dev.callbridge.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A homeserver over real HTTP on loopback: rooms with members and messages, application service transactions as
/// Synapse sends them, and every fault that the real one has. Its users act through [#user].
public final class FakeHomeserver implements AutoCloseable {

    public static final String AS_TOKEN = "as-token-of-the-tests";
    public static final String HS_TOKEN = "hs-token-of-the-tests";

    static final JsonMapper JSON = JsonMapper.shared();

    /// A request of the bridge.
    ///
    /// @param path decoded, without the query
    /// @param as the user it was made for; empty for the bot
    /// @param nanos [System#nanoTime] of its arrival
    public record Request(String method, String path, String as, JsonNode body, long nanos) {}

    private final String name;
    private final HttpServer http;
    private final HttpClient client = HttpClient.newHttpClient();
    private final FakeRooms rooms;
    private final FakeDevices devices;
    private final FakePusher pusher;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final HomeserverFaults faults = new HomeserverFaults();
    private final Set<String> registered = ConcurrentHashMap.newKeySet();
    private final Map<String, String> names = new ConcurrentHashMap<>();
    private volatile @Nullable URI bridge;

    /// @param name the part after the colon in user ids
    public FakeHomeserver(String name) {
        this.name = name;
        this.pusher = new FakePusher(client, HS_TOKEN, user -> isOurs(user) && !registered.contains(user));
        this.rooms = new FakeRooms(this::isOurs, pusher::push);
        this.devices = new FakeDevices(this::isOurs, pusher::push);
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", this::exchange);
        http.start();
    }

    public String name() {
        return name;
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /// From now on events go to this bridge; what it missed first.
    public void connect(URI bridgeUrl) {
        bridge = bridgeUrl;
        pusher.connect(bridgeUrl);
    }

    /// Events wait until [#connect].
    public void disconnect() {
        bridge = null;
        pusher.disconnect();
    }

    /// Local users are joined as soon as they are invited, as Synapse's `auto_accept_invites` does.
    public void acceptInvitesFor(String user) {
        rooms.autoAccept(user);
    }

    public FakeUser user(String id) {
        return new FakeUser(id, rooms, devices);
    }

    /// Sends the newest transaction once more, as after a lost acknowledgement.
    ///
    /// @return the status of the answer
    public int repeatLastTransaction() {
        return pusher.repeatLast();
    }

    /// When an event first left for the bridge, by [System#nanoTime]; null if it has not.
    public @Nullable Long departure(String eventId) {
        return pusher.departure(eventId);
    }

    /// Requests of the bridge so far.
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    public Set<String> registered() {
        return Set.copyOf(registered);
    }

    public @Nullable String displayName(String user) {
        return names.get(user);
    }

    /// The next `times` requests that fit are answered late, or by an error instead of what they ask for.
    ///
    /// @param status 0: late, but as they should be
    public void disturb(Predicate<Request> when, int times, int status, @Nullable Long retryAfterMs, Duration delay) {
        faults.disturb(when, times, status, retryAfterMs, delay);
    }

    /// The next request that fits is not answered before the test says so.
    public HeldRequest hold(Predicate<Request> when) {
        return faults.hold(when);
    }

    /// The next answer to a request that fits begins, and never ends.
    public void stall(Predicate<Request> when) {
        faults.stall(when);
    }

    public void calm() {
        faults.calm();
    }

    private boolean isOurs(String user) {
        return user.startsWith("@_sip_") && user.endsWith(":" + name);
    }

    private void exchange(HttpExchange exchange) throws IOException {
        try (exchange) {
            long nanos = System.nanoTime();
            byte[] bytes = exchange.getRequestBody().readAllBytes();
            JsonNode body = bytes.length == 0 ? JSON.createObjectNode() : JSON.readTree(bytes);
            String as = query(exchange, "user_id");
            String path = exchange.getRequestURI().getPath();
            var request = new Request(exchange.getRequestMethod(), path, as, body, nanos);
            requests.add(request);
            if (!("Bearer " + AS_TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                reply(exchange, 401, error("M_UNKNOWN_TOKEN"));
                return;
            }
            if (!faults.strike(request, exchange)) {
                answer(exchange, request, query(exchange, "limit"));
            }
        }
    }

    private static String query(HttpExchange exchange, String key) {
        String query = exchange.getRequestURI().getRawQuery();
        return Stream.of((query == null ? "" : query).split("&"))
                .filter(part -> part.startsWith(key + "="))
                .map(part -> URLDecoder.decode(part.substring(key.length() + 1), StandardCharsets.UTF_8))
                .findFirst()
                .orElse("");
    }

    private void answer(HttpExchange exchange, Request request, String limit) throws IOException {
        String raw = exchange.getRequestURI().getRawPath().replaceFirst("^/_matrix/client/", "");
        List<String> parts = new ArrayList<>();
        for (String part : raw.split("/", -1)) {
            parts.add(URLDecoder.decode(part, StandardCharsets.UTF_8));
        }
        String sender = request.as().isEmpty() ? "@_sip_bot:" + name : request.as();
        boolean needsUser = !parts.get(1).equals("register") && !parts.get(1).equals("appservice");
        if (needsUser && !registered.contains(sender)) {
            reply(exchange, 403, error("M_FORBIDDEN"));
            return;
        }
        try {
            reply(exchange, 200, perform(request, parts, sender, limit));
        } catch (FakeRooms.Refused e) {
            reply(exchange, e.status(), error(e.code()));
        }
    }

    private JsonNode perform(Request request, List<String> parts, String sender, String limit)
            throws FakeRooms.Refused {
        String what = parts.get(1);
        JsonNode body = request.body();
        return switch (what) {
            case "register" -> register(body.path("username").asString(""));
            case "profile" -> {
                names.put(parts.get(2), body.path("displayname").asString(""));
                yield JSON.createObjectNode();
            }
            case "devices" -> {
                devices.add(sender, parts.get(2));
                yield JSON.createObjectNode();
            }
            case "sendToDevice" -> {
                devices.send(sender, parts.get(2), body.path("messages"));
                yield JSON.createObjectNode();
            }
            case "createRoom" -> {
                List<String> invited = body.path("invite")
                        .valueStream()
                        .map(JsonNode::asString)
                        .toList();
                yield JSON.createObjectNode().put("room_id", rooms.create(sender, invited));
            }
            case "appservice" -> ping();
            case "rooms" -> inRoom(parts, sender, body, limit);
            default -> throw new FakeRooms.Refused(404, "M_UNRECOGNIZED");
        };
    }

    private JsonNode inRoom(List<String> parts, String sender, JsonNode body, String limit) throws FakeRooms.Refused {
        String room = parts.get(2);
        switch (parts.get(3)) {
            case "join" -> rooms.join(room, sender);
            case "leave" ->
                rooms.leave(room, sender, sender, body.path("reason").asString(""));
            case "invite" -> rooms.invite(room, sender, body.path("user_id").asString(""));
            case "joined_members" -> {
                ObjectNode joined = JSON.createObjectNode();
                ObjectNode members = joined.putObject("joined");
                rooms.joined(room, sender).forEach(members::putObject);
                return joined;
            }
            case "state" -> {
                Set<String> _ = rooms.joined(room, sender);
                String membership = rooms.membership(room, parts.get(5));
                if (membership == null) {
                    throw new FakeRooms.Refused(404, "M_NOT_FOUND");
                }
                return JSON.createObjectNode().put("membership", membership);
            }
            case "messages" -> {
                ObjectNode page = JSON.createObjectNode();
                var chunk = page.putArray("chunk");
                rooms.messages(room, sender).reversed().stream()
                        .limit(Long.parseLong(limit))
                        .forEach(chunk::add);
                return page;
            }
            case "send" -> {
                String id = rooms.send(room, sender, parts.get(4), sender + parts.get(5), body);
                return JSON.createObjectNode().put("event_id", id);
            }
            default -> throw new FakeRooms.Refused(404, "M_UNRECOGNIZED");
        }
        return JSON.createObjectNode();
    }

    private JsonNode register(String localpart) throws FakeRooms.Refused {
        if (!registered.add("@" + localpart + ":" + name)) {
            throw new FakeRooms.Refused(400, "M_USER_IN_USE");
        }
        return JSON.createObjectNode();
    }

    private JsonNode ping() throws FakeRooms.Refused {
        URI target = bridge;
        if (target == null) {
            throw new FakeRooms.Refused(502, "M_CONNECTION_FAILED");
        }
        try {
            HttpRequest ping = HttpRequest.newBuilder(target.resolve("/_matrix/app/v1/ping"))
                    .header("Authorization", "Bearer " + HS_TOKEN)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                    .build();
            int status = client.send(ping, BodyHandlers.ofString()).statusCode();
            if (status != 200) {
                throw new FakeRooms.Refused(502, "M_BAD_STATUS");
            }
            return JSON.createObjectNode().put("duration_ms", 4);
        } catch (IOException e) {
            throw new FakeRooms.Refused(502, "M_CONNECTION_FAILED");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new FakeRooms.Refused(502, "M_CONNECTION_FAILED");
        }
    }

    static ObjectNode error(String code) {
        return JSON.createObjectNode().put("errcode", code).put("error", "said by the fake");
    }

    static void reply(HttpExchange exchange, int status, JsonNode body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        pusher.close();
        http.stop(0);
        client.shutdownNow();
    }
}
