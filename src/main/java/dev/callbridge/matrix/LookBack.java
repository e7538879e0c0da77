package dev.callbridge.matrix;

import dev.callbridge.matrix.client.HomeserverClient;
import dev.callbridge.matrix.client.MatrixException;
import dev.callbridge.matrix.event.Batch;
import dev.callbridge.matrix.event.CallEvents;
import dev.callbridge.matrix.event.RoomEvent;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads what was said in a room before one of ours joined it: that is never pushed. Blocks.
final class LookBack {

    private static final Logger log = LoggerFactory.getLogger(LookBack.class);
    private static final int EVENTS = 30;

    private final MatrixIds ids;
    private final Rooms rooms;
    private final HomeserverClient homeserver;
    private final IncomingCalls calls;
    private final Bot bot;
    private final EncryptedRooms encrypted;
    private final GroupCalls groupCalls;
    private final InstantSource clock;

    LookBack(
            MatrixIds ids,
            Rooms rooms,
            HomeserverClient homeserver,
            IncomingCalls calls,
            Bot bot,
            EncryptedRooms encrypted,
            GroupCalls groupCalls,
            InstantSource clock) {
        this.ids = ids;
        this.rooms = rooms;
        this.homeserver = homeserver;
        this.calls = calls;
        this.bot = bot;
        this.encrypted = encrypted;
        this.groupCalls = groupCalls;
        this.clock = clock;
    }

    /// Has `ours` act upon what it finds, unless somebody has called there already.
    ///
    /// @return whether somebody calls there
    boolean look(String room, String ours) {
        if (calls.sawInvite(room)) {
            return true;
        }
        try {
            // Whose room it is, is found by its members from now on.
            boolean _ = rooms.hasJoined(room, ours, ours);
            List<RoomEvent> events = new ArrayList<>();
            homeserver
                    .recentMessages(room, ours, EVENTS)
                    .reversed()
                    .forEach(node -> RoomEvent.read(node, room, clock.instant())
                            .filter(event -> !ids.isOurs(event.sender()))
                            .ifPresent(events::add));
            var batch = new Batch(events);
            for (RoomEvent event : events) {
                if (event.type().equals(CallEvents.INVITE)) {
                    calls.invited(event, batch);
                } else if (event.type().equals("m.room.message") && ids.isBot(ours)) {
                    bot.said(event);
                } else if (event.type().equals("m.room.encrypted")) {
                    encrypted.said(event);
                } else {
                    groupCalls.happened(event);
                }
            }
        } catch (MatrixException e) {
            log.info("a room could not be read after joining it: {}", e.getMessage());
        }
        return calls.sawInvite(room);
    }

    /// One of ours comes or goes: what was seen there is of another time.
    void forget(String room) {
        calls.forget(room);
    }
}
