package dev.callbridge.matrix.client;

import dev.callbridge.matrix.client.Outgoing.Outcome;
import dev.callbridge.matrix.client.Outgoing.Urgency;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// Sends events to rooms: in order within a room, rooms side by side, again and again while the homeserver asks for
/// patience and the event is still of use.
///
/// ## Threads
/// [#send] and [#withdraw] may be called from any thread and don't block. Each room with something to send has a
/// virtual thread, which ends with its last event; outcomes are told on it.
public final class Outbox implements AutoCloseable {

    private static final Duration GOODBYE = Duration.ofSeconds(5);

    private final HomeserverClient homeserver;
    private final ConcurrentMap<String, RoomLine> lines = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    public Outbox(HomeserverClient homeserver) {
        this.homeserver = homeserver;
    }

    /// @param heard is told once what came of it; must not block
    public void send(Outgoing event, Consumer<Outcome> heard) {
        if (closed.get()) {
            heard.accept(new Outcome.Dropped("the bridge stops"));
            return;
        }
        boolean[] taken = new boolean[1];
        lines.compute(event.room(), (room, running) -> {
            RoomLine line = running == null ? new RoomLine(homeserver, this::retire) : running;
            taken[0] = line.add(event, heard);
            if (running == null) {
                line.start(room);
            }
            return line;
        });
        if (!taken[0]) {
            heard.accept(new Outcome.Dropped("too much waits for this room"));
        }
    }

    public void send(Outgoing event) {
        send(event, _ -> {});
    }

    /// Takes an event back if it has not left yet. If it is on its way, the outcome of that counts.
    ///
    /// @return whether it was still waiting: nothing tells that it is in the room
    public boolean withdraw(String room, String transactionId) {
        RoomLine line = lines.get(room);
        return line != null && line.withdraw(transactionId);
    }

    /// @return false if something was added meanwhile
    private boolean retire(RoomLine line, String room) {
        return lines.computeIfPresent(room, (_, running) -> running == line && line.empty() ? null : running) != line;
    }

    /// Lets what waits go out, for a few seconds.
    @Override
    public void close() {
        closed.set(true);
        long until = System.nanoTime() + GOODBYE.toNanos();
        lines.values().forEach(line -> line.finish(until));
    }

    static boolean ahead(Outgoing event) {
        return event.urgency() == Urgency.CALL;
    }
}
