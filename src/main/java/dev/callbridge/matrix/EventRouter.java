package dev.callbridge.matrix;

import dev.callbridge.matrix.appservice.RoomEvents;
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

/// Gives each event to whom it concerns. What our own users do comes back to us too, and concerns nobody but the
/// memberships.
final class EventRouter implements RoomEvents {

    private static final Logger log = LoggerFactory.getLogger(EventRouter.class);
    private static final int LOOK_BACK = 30;

    private final MatrixIds ids;
    private final Memberships memberships;
    private final IncomingCalls calls;
    private final CallRoutes routes;
    private final Bot bot;

    EventRouter(MatrixIds ids, Memberships memberships, IncomingCalls calls, CallRoutes routes, Bot bot) {
        this.ids = ids;
        this.memberships = memberships;
        this.calls = calls;
        this.routes = routes;
        this.bot = bot;
    }

    @Override
    public void happened(RoomEvent event, Batch batch) {
        if (event.type().equals("m.room.member")) {
            memberships.changed(event);
        } else if (!ids.isOurs(event.sender())) {
            said(event, batch);
        }
    }

    private void said(RoomEvent event, Batch batch) {
        switch (event.type()) {
            case CallEvents.INVITE -> calls.invited(event, batch);
            case CallEvents.ANSWER,
                    CallEvents.CANDIDATES,
                    CallEvents.SELECT_ANSWER,
                    CallEvents.REJECT,
                    CallEvents.HANGUP -> routes.route(event);
            case "m.room.message" -> bot.said(event);
            default -> {}
        }
    }

    /// Reads what was said in a room before one of ours joined it: that is never pushed.
    static Memberships.JoinedRoom lookBack(
            MatrixIds ids,
            Rooms rooms,
            HomeserverClient homeserver,
            IncomingCalls calls,
            Bot bot,
            InstantSource clock) {
        return (room, ours) -> {
            if (calls.sawInvite(room)) {
                return true;
            }
            try {
                // Whose room it is, is found by its members from now on.
                boolean _ = rooms.hasJoined(room, ours, ours);
                List<RoomEvent> events = new ArrayList<>();
                homeserver
                        .recentMessages(room, ours, LOOK_BACK)
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
                    }
                }
            } catch (MatrixException e) {
                log.info("a room could not be read after joining it: {}", e.getMessage());
            }
            return calls.sawInvite(room);
        };
    }
}
