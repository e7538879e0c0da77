package dev.callbridge.matrix;

import dev.callbridge.matrix.appservice.RoomEvents;
import dev.callbridge.matrix.event.Batch;
import dev.callbridge.matrix.event.CallEvents;
import dev.callbridge.matrix.event.DeviceMessage;
import dev.callbridge.matrix.event.RoomEvent;

/// Gives each event to whom it concerns. What our own users do comes back to us too, and concerns nobody but the
/// memberships.
final class EventRouter implements RoomEvents {

    private final MatrixIds ids;
    private final Memberships memberships;
    private final IncomingCalls calls;
    private final CallRoutes routes;
    private final Bot bot;
    private final EncryptedRooms encrypted;
    private final GroupCalls groupCalls;

    EventRouter(
            MatrixIds ids,
            Memberships memberships,
            IncomingCalls calls,
            CallRoutes routes,
            Bot bot,
            EncryptedRooms encrypted,
            GroupCalls groupCalls) {
        this.ids = ids;
        this.memberships = memberships;
        this.calls = calls;
        this.routes = routes;
        this.bot = bot;
        this.encrypted = encrypted;
        this.groupCalls = groupCalls;
    }

    @Override
    public void happened(RoomEvent event, Batch batch) {
        if (event.type().equals("m.room.member")) {
            memberships.changed(event);
        } else if (!ids.isOurs(event.sender())) {
            said(event, batch);
        }
    }

    /// Between two devices of one user, or of a group call that we are not in, it is none of ours.
    @Override
    public void received(DeviceMessage message, Batch batch) {
        RoomEvent event = message.event();
        if (ids.isOurs(event.sender()) || !ids.isOurs(message.user())) {
            return;
        }
        if (event.type().equals(CallEvents.INVITE)) {
            calls.invited(message, batch);
        } else {
            routes.route(event);
        }
    }

    private void said(RoomEvent event, Batch batch) {
        switch (event.type()) {
            case CallEvents.INVITE -> calls.invited(event, batch);
            case CallEvents.ANSWER,
                    CallEvents.CANDIDATES,
                    CallEvents.SELECT_ANSWER,
                    CallEvents.REJECT,
                    CallEvents.HANGUP,
                    CallEvents.NEGOTIATE,
                    CallEvents.ASSERTED_IDENTITY,
                    CallEvents.OLD_ASSERTED_IDENTITY,
                    CallEvents.METADATA_CHANGED,
                    CallEvents.OLD_METADATA_CHANGED -> routes.route(event);
            case "m.room.message" -> bot.said(event);
            case "m.room.encrypted" -> encrypted.said(event);
            default -> groupCalls.happened(event);
        }
    }
}
