package dev.callbridge.matrix;

import dev.callbridge.matrix.client.MatrixException;
import dev.callbridge.matrix.client.Outbox;
import dev.callbridge.matrix.event.RoomEvent;
import dev.callbridge.matrix.leg.Notices;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Some clients only place calls of the newer kind (MatrixRTC), also with one other person. Telephones can't
/// join those, so whoever tries with one of ours alone is told, once an hour in each room. Blocks; in order
/// within a room.
final class GroupCalls {

    private static final Logger log = LoggerFactory.getLogger(GroupCalls.class);

    /// Somebody takes part in such a call; who leaves it, leaves nothing in the content.
    private static final Set<String> MEMBERSHIPS =
            Set.of("org.matrix.msc3401.call.member", "m.call.member", "org.matrix.msc4143.rtc.member", "m.rtc.member");

    /// Somebody is to be rung.
    private static final Set<String> NOTIFICATIONS =
            Set.of("org.matrix.msc4075.rtc.notification", "org.matrix.msc4075.call.notify", "m.rtc.notification");

    private static final Duration STALE = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofHours(1);

    private final Residents residents;
    private final Outbox outbox;
    private final InstantSource clock;
    private final Recent<String, Instant> told = new Recent<>(1_000);

    GroupCalls(Residents residents, Outbox outbox, InstantSource clock) {
        this.residents = residents;
        this.outbox = outbox;
        this.clock = clock;
    }

    /// Says something if the event belongs to such a call, and otherwise nothing.
    void happened(RoomEvent event) {
        String room = event.roomId();
        Instant now = clock.instant();
        boolean said = told.find(room).filter(now.minus(PAUSE)::isBefore).isPresent();
        if (said || !isCall(event) || event.age(now).compareTo(STALE) > 0) {
            return;
        }
        try {
            Optional<Resident> resident = residents.in(room, "");
            if (resident.isPresent() && resident.get().kind() != Resident.Kind.CROWDED) {
                told.keep(room, now);
                new RoomVoice(outbox, room, resident.get().ghost().userId()).notice(Notices.GROUP_CALL);
            }
        } catch (MatrixException e) {
            log.info("nobody could be told that telephones can't join a call: {}", e.getMessage());
        }
    }

    private static boolean isCall(RoomEvent event) {
        return NOTIFICATIONS.contains(event.type()) || (MEMBERSHIPS.contains(event.type()) && takesPart(event));
    }

    private static boolean takesPart(RoomEvent event) {
        var content = event.content();
        return content.has("memberships") ? !content.path("memberships").isEmpty() : !content.isEmpty();
    }
}
