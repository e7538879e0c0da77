package dev.callbridge.matrix.client;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The Client-Server API as an application service uses it: with its own token, as any of its users. Blocks; meant for
/// virtual threads.
public final class HomeserverClient implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(15);
    /// A homeserver that asks for more is not believed.
    private static final Duration LONGEST_REST = Duration.ofDays(1);

    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .executor(task -> Thread.ofVirtual().name("matrix-http").start(task))
            .build();
    private final URI homeserver;
    private final String token;
    private final Duration patience;

    /// @param token the `as_token` of our registration
    public HomeserverClient(URI homeserver, String token) {
        this(homeserver, token, ANSWER);
    }

    /// @param patience how long one request may take, its answer's last byte included
    HomeserverClient(URI homeserver, String token, Duration patience) {
        this.patience = patience;
        this.homeserver = homeserver;
        this.token = token;
    }

    /// A user of ours that exists already is fine.
    public void register(String localpart) throws MatrixException {
        ObjectNode body = JSON.createObjectNode()
                .put("type", "m.login.application_service")
                .put("username", localpart)
                // Without it the homeserver makes a device that nobody uses, or refuses altogether.
                .put("inhibit_login", true);
        try {
            request("POST", path("v3", "register"), null, body);
        } catch (MatrixException e) {
            if (!e.code().equals("M_USER_IN_USE")) {
                throw e;
            }
        }
    }

    public void displayName(String user, String name) throws MatrixException {
        ObjectNode body = JSON.createObjectNode().put("displayname", name);
        request("PUT", path("v3", "profile", user, "displayname"), user, body);
    }

    public void join(String room, String user) throws MatrixException {
        request("POST", path("v3", "rooms", room, "join"), user, JSON.createObjectNode());
    }

    public void leave(String room, String user, String reason) throws MatrixException {
        ObjectNode body = JSON.createObjectNode().put("reason", reason);
        request("POST", path("v3", "rooms", room, "leave"), user, body);
    }

    public void invite(String room, String as, String invited) throws MatrixException {
        // Also when repeated: without it clients file the chat as an ordinary room.
        ObjectNode body = JSON.createObjectNode().put("user_id", invited).put("is_direct", true);
        request("POST", path("v3", "rooms", room, "invite"), as, body);
    }

    /// What `user` is to a room: `join`, `invite`, `leave`, `ban` or `knock`; empty if it never was there.
    public String membership(String room, String as, String user) throws MatrixException {
        try {
            return request("GET", path("v3", "rooms", room, "state", "m.room.member", user), as, null)
                    .path("membership")
                    .asString("");
        } catch (MatrixException e) {
            if (e.status() == 404) {
                return "";
            }
            throw e;
        }
    }

    /// A direct chat with `invited`.
    ///
    /// @return its room id
    public String createDirectChat(String as, String invited, String name, String topic) throws MatrixException {
        ObjectNode body = JSON.createObjectNode()
                .put("preset", "trusted_private_chat")
                .put("is_direct", true)
                .put("name", name)
                .put("topic", topic);
        body.putArray("invite").add(invited);
        return request("POST", path("v3", "createRoom"), as, body)
                .path("room_id")
                .asString("");
    }

    public Set<String> joinedMembers(String room, String as) throws MatrixException {
        JsonNode joined = request("GET", path("v3", "rooms", room, "joined_members"), as, null)
                .path("joined");
        return joined.propertyStream().map(entry -> entry.getKey()).collect(Collectors.toUnmodifiableSet());
    }

    /// The newest events of a room as `as` may see them, newest first.
    public List<JsonNode> recentMessages(String room, String as, int limit) throws MatrixException {
        String path = path("v3", "rooms", room, "messages") + "?dir=b&limit=" + limit;
        return request("GET", path, as, null).path("chunk").valueStream().toList();
    }

    /// @param transactionId the same again is no second event
    /// @return the event id
    public String send(String room, String as, String type, String transactionId, JsonNode content)
            throws MatrixException {
        return request("PUT", path("v3", "rooms", room, "send", type, transactionId), as, content)
                .path("event_id")
                .asString("");
    }

    /// @param transactionId the same again is no second message
    public void sendToDevice(Outgoing.Device to, String as, String type, String transactionId, JsonNode content)
            throws MatrixException {
        ObjectNode body = JSON.createObjectNode();
        body.putObject("messages").putObject(to.user()).set(to.device(), content);
        request("PUT", path("v3", "sendToDevice", type, transactionId), as, body);
    }

    /// Makes a device of one of ours, without keys: what is sent to devices that don't exist is lost. One that exists
    /// already is fine.
    public void device(String user, String device, String name) throws MatrixException {
        request(
                "PUT",
                path("v3", "devices", device),
                user,
                JSON.createObjectNode().put("display_name", name));
    }

    /// The TURN servers that `as` may use: `uris`, `username`, `password` and `ttl` in seconds; nothing if there are
    /// none.
    public JsonNode turnServer(String as) throws MatrixException {
        return request("GET", path("v3", "voip", "turnServer"), as, null);
    }

    /// Has the homeserver ask us back.
    ///
    /// @return how long that took
    public Duration ping(String registrationId) throws MatrixException {
        JsonNode answer =
                request("POST", path("v1", "appservice", registrationId, "ping"), null, JSON.createObjectNode());
        return Duration.ofMillis(answer.path("duration_ms").asLong(0));
    }

    private static String path(String... segments) {
        return Stream.of(segments)
                .map(HomeserverClient::encoded)
                .collect(Collectors.joining("/", "/_matrix/client/", ""));
    }

    /// Everything but unreserved characters (RFC 3986 §2.3): room ids have `!` and `:`, localparts may have `/`.
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
    }

    private JsonNode request(String method, String path, @Nullable String as, @Nullable JsonNode body)
            throws MatrixException {
        String who = as == null ? "" : (path.contains("?") ? "&" : "?") + "user_id=" + encoded(as);
        String base = homeserver.toString().replaceAll("/+$", "");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path + who))
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json");
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json").method(method, BodyPublishers.ofString(body.toString()));
        }
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request.build(), BodyHandlers.ofString());
        try {
            // The request's own limit ends with the headers of the answer.
            return opened(answer.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException _) {
            throw new MatrixException(0, "", null, "no whole answer from the homeserver in time");
        } catch (ExecutionException e) {
            throw new MatrixException(0, "", null, "no answer from the homeserver: " + e.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new MatrixException(0, "", null, "interrupted");
        } finally {
            answer.cancel(true);
        }
    }

    private static JsonNode opened(HttpResponse<String> response) throws MatrixException {
        JsonNode body = json(response.body());
        if (response.statusCode() / 100 == 2) {
            return body;
        }
        String code = body.path("errcode").asString("");
        throw new MatrixException(
                response.statusCode(),
                code,
                retryAfter(response, body),
                response.statusCode() + " " + code + " " + body.path("error").asString(""));
    }

    private static JsonNode json(String body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException _) {
            return JSON.createObjectNode();
        }
    }

    private static @Nullable Duration retryAfter(HttpResponse<?> response, JsonNode body) {
        if (body.path("retry_after_ms").isNumber()) {
            return Duration.ofMillis(Math.clamp(body.path("retry_after_ms").asLong(0), 0, LONGEST_REST.toMillis()));
        }
        Optional<String> seconds =
                response.headers().firstValue("Retry-After").filter(text -> text.matches("[0-9]{1,6}"));
        return seconds.map(text -> Duration.ofSeconds(Long.parseLong(text))).orElse(null);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
