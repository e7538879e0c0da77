package dev.callbridge.testkit;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Sends transactions as Synapse does: one at a time, numbered, up to 100 events each, again until acknowledged.
final class FakePusher implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(300);

    private record Transaction(int number, String body) {}

    private final HttpClient client;
    private final String token;
    private final Predicate<String> unknown;
    private final LinkedBlockingQueue<ObjectNode> events = new LinkedBlockingQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Long> departures = new ConcurrentHashMap<>();
    private final Thread thread;
    private @Nullable URI bridge;
    private @Nullable Transaction last;
    private int number;

    /// @param unknown whether a user is in the application service's namespace and not registered
    FakePusher(HttpClient client, String token, Predicate<String> unknown) {
        this.unknown = unknown;
        this.client = client;
        this.token = token;
        this.thread = Thread.ofVirtual().name("fake-pusher").start(this::run);
    }

    void push(ObjectNode event) {
        events.add(event);
    }

    void connect(URI url) {
        lock.lock();
        try {
            bridge = url;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void disconnect() {
        lock.lock();
        try {
            bridge = null;
        } finally {
            lock.unlock();
        }
    }

    /// When an event first left for the bridge, by [System#nanoTime]; null if it has not.
    @Nullable Long departure(String eventId) {
        return departures.get(eventId);
    }

    int repeatLast() {
        Transaction repeated;
        URI url;
        lock.lock();
        try {
            repeated = last;
            url = bridge;
        } finally {
            lock.unlock();
        }
        if (repeated == null || url == null) {
            throw new IllegalStateException("nothing was sent yet");
        }
        try {
            return send(url, repeated);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void run() {
        try {
            while (true) {
                List<ObjectNode> batch = new ArrayList<>();
                batch.add(events.take());
                events.drainTo(batch, 99);
                deliver(batch);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliver(List<ObjectNode> batch) throws InterruptedException {
        number++;
        while (true) {
            URI url = awaitBridge();
            for (ObjectNode event : batch) {
                introduce(url, event);
            }
            var transaction = new Transaction(number, body(batch));
            long now = System.nanoTime();
            batch.forEach(event -> departures.putIfAbsent(event.path("event_id").asString(""), now));
            if (send(url, transaction) == 200) {
                lock.lock();
                try {
                    last = transaction;
                } finally {
                    lock.unlock();
                }
                return;
            }
            pause();
        }
    }

    /// Asks for a ghost that nobody has registered yet before its invitation is told.
    private void introduce(URI url, ObjectNode event) throws InterruptedException {
        String user = event.path("state_key").asString("");
        if (!unknown.test(user)) {
            return;
        }
        String path = "/_matrix/app/v1/users/" + URLEncoder.encode(user, StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(url.resolve(path))
                .header("Authorization", "Bearer " + token)
                .build();
        try {
            client.send(request, BodyHandlers.ofString());
        } catch (IOException _) {
            // As the real one: the event is told all the same.
        }
    }

    private URI awaitBridge() throws InterruptedException {
        lock.lock();
        try {
            while (bridge == null) {
                changed.await();
            }
            return bridge;
        } finally {
            lock.unlock();
        }
    }

    private void pause() throws InterruptedException {
        lock.lock();
        try {
            long left = PAUSE.toNanos();
            while (left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private static String body(List<ObjectNode> batch) {
        ObjectNode body = FakeHomeserver.JSON.createObjectNode();
        ArrayNode array = body.putArray("events");
        ArrayNode messages = body.putArray("de.sorunome.msc2409.to_device");
        batch.forEach(event -> {
            if (event.has("to_device_id")) {
                messages.add(event);
            } else {
                array.add(FakeRooms.aged(event));
            }
        });
        return body.toString();
    }

    private int send(URI url, Transaction transaction) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(
                            url.resolve("/_matrix/app/v1/transactions/" + transaction.number()))
                    .timeout(Duration.ofSeconds(60))
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/json")
                    .PUT(HttpRequest.BodyPublishers.ofString(transaction.body()))
                    .build();
            return client.send(request, BodyHandlers.ofString()).statusCode();
        } catch (IOException _) {
            return 0;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            boolean _ = thread.join(Duration.ofMillis(TimeUnit.SECONDS.toMillis(2)));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
