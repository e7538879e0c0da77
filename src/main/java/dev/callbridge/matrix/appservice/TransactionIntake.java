package dev.callbridge.matrix.appservice;

import dev.callbridge.matrix.event.Batch;
import dev.callbridge.matrix.event.DeviceMessage;
import dev.callbridge.matrix.event.RoomEvent;
import dev.callbridge.store.DatabaseUnavailable;
import dev.callbridge.store.InTime;
import dev.callbridge.store.TransactionRepository;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Takes transactions: written down, then handed to the rooms they concern. What an earlier process wrote down and did
/// not finish comes first.
public final class TransactionIntake {

    private static final Logger log = LoggerFactory.getLogger(TransactionIntake.class);
    private static final Duration STORING = Duration.ofSeconds(3);
    private static final Duration MEMORY = Duration.ofDays(14);
    /// What was sent to devices: as it shall be called, and as it is called by homeservers now.
    private static final List<String> TO_DEVICE = List.of("to_device", "de.sorunome.msc2409.to_device");

    private final TransactionRepository transactions;
    private final RoomQueues rooms;
    private final RoomEvents handler;
    private final InstantSource clock;
    private final Set<Long> inHand = ConcurrentHashMap.newKeySet();
    private final ReentrantLock order = new ReentrantLock();
    private final DatabaseOutage outage;
    private boolean started;

    public TransactionIntake(
            TransactionRepository transactions,
            RoomQueues rooms,
            RoomEvents handler,
            InstantSource clock,
            DatabaseOutage outage) {
        this.transactions = transactions;
        this.rooms = rooms;
        this.handler = handler;
        this.clock = clock;
        this.outage = outage;
    }

    /// From now on what is stored is worked through, beginning with what was left over. Blocks for the database.
    public void start() {
        order.lock();
        try {
            for (TransactionRepository.Open left : transactions.open()) {
                try {
                    dispatch(left.id(), JsonMapper.shared().readTree(left.body()), left.received());
                } catch (RuntimeException bug) {
                    log.error("a transaction that was left over can't be read", bug);
                }
            }
            started = true;
        } finally {
            order.unlock();
        }
        forget();
    }

    /// Forgets what no homeserver repeats any more. Blocks for the database.
    public void forget() {
        try {
            transactions.forget(MEMORY);
        } catch (RuntimeException e) {
            log.warn("old transactions could not be forgotten: {}", e.toString());
        }
    }

    /// Stores a transaction; when this returns it may be acknowledged.
    ///
    /// @throws DatabaseUnavailable if it is not stored: the homeserver shall repeat it
    void take(String txnId, JsonNode body) throws DatabaseUnavailable {
        if (isIdle(body)) {
            return;
        }
        Instant received = clock.instant();
        String digest = digest(body);
        TransactionRepository.Stored stored;
        try {
            stored = InTime.within(
                    STORING, () -> transactions.store(txnId, digest, kept(body).toString(), received));
        } catch (DatabaseUnavailable e) {
            outage.noticed();
            throw e;
        }
        order.lock();
        try {
            // Until the start what is stored waits in the database; a repeat can find the first one still in work.
            if (started && stored.open()) {
                dispatch(stored.id(), body, received);
            }
        } finally {
            order.unlock();
        }
    }

    /// Typing, receipts and presence come alone, often, and are of no use here.
    private static boolean isIdle(JsonNode body) {
        return body.path("events").isEmpty()
                && TO_DEVICE.stream().allMatch(key -> body.path(key).isEmpty());
    }

    private static ObjectNode kept(JsonNode body) {
        ObjectNode kept = JsonMapper.shared().createObjectNode();
        kept.set("events", body.path("events"));
        TO_DEVICE.stream().filter(body::has).forEach(key -> kept.set(key, body.path(key)));
        return kept;
    }

    private void dispatch(long id, JsonNode body, Instant received) {
        if (!inHand.add(id)) {
            return;
        }
        List<RoomEvent> events = readable(body.path("events"), node -> RoomEvent.read(node, "", received));
        List<DeviceMessage> messages = TO_DEVICE.stream()
                .flatMap(key -> readable(body.path(key), node -> DeviceMessage.read(node, received)).stream())
                .toList();
        var batch = new Batch(Stream.concat(events.stream(), messages.stream().map(DeviceMessage::event))
                .toList());
        Map<String, List<Runnable>> byRoom = new LinkedHashMap<>();
        messages.forEach(message -> byRoom.computeIfAbsent(message.event().roomId(), _ -> new ArrayList<>())
                .add(() -> handler.received(message, batch)));
        events.forEach(event -> byRoom.computeIfAbsent(event.roomId(), _ -> new ArrayList<>())
                .add(() -> handler.happened(event, batch)));
        var open = new AtomicInteger(byRoom.size());
        if (byRoom.isEmpty()) {
            Thread.ofVirtual().name("database").start(() -> finish(id));
        }
        byRoom.forEach((room, inRoom) -> rooms.run(room, () -> {
            inRoom.forEach(TransactionIntake::guarded);
            if (open.decrementAndGet() == 0) {
                Thread.ofVirtual().name("database").start(() -> finish(id));
            }
        }));
    }

    /// What can't be read must not hide the rest.
    private static <T> List<T> readable(JsonNode nodes, Function<JsonNode, Optional<T>> reader) {
        List<T> read = new ArrayList<>();
        for (JsonNode node : nodes) {
            try {
                reader.apply(node).ifPresent(read::add);
            } catch (RuntimeException bug) {
                log.error("an event can't be read", bug);
            }
        }
        return read;
    }

    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException bug) {
            log.error("an event could not be worked through", bug);
        }
    }

    private void finish(long id) {
        try {
            transactions.processed(id);
        } catch (RuntimeException e) {
            log.warn(
                    "a finished transaction could not be marked; events are told apart by their ids: {}", e.toString());
        } finally {
            inHand.remove(id);
        }
    }

    /// Numbers begin anew with a new homeserver. A repeat has the same events, but what was sent to devices may be
    /// missing.
    private static String digest(JsonNode body) {
        String ids = body.path("events")
                .valueStream()
                .map(event -> event.path("event_id").asString(""))
                .collect(Collectors.joining("\n"));
        String content = ids.isEmpty() ? kept(body).toString() : ids;
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
