package dev.callbridge.matrix;

import dev.callbridge.matrix.client.MatrixException;
import dev.callbridge.matrix.client.Outbox;
import dev.callbridge.matrix.event.RoomEvent;
import dev.callbridge.matrix.leg.Notices;
import dev.callbridge.store.DatabaseUnavailable;
import dev.callbridge.store.InTime;
import dev.callbridge.store.TransactionRepository;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Calls in encrypted rooms can't be read, so whoever is alone with one of ours there is told, once. Blocks; in order
/// within a room.
final class EncryptedRooms {

    private static final Logger log = LoggerFactory.getLogger(EncryptedRooms.class);
    private static final Duration DATABASE = Duration.ofSeconds(2);

    private final Residents residents;
    private final Outbox outbox;
    private final TransactionRepository transactions;
    private final Recent<String, Boolean> told = new Recent<>(1_000);

    EncryptedRooms(Residents residents, Outbox outbox, TransactionRepository transactions) {
        this.residents = residents;
        this.outbox = outbox;
        this.transactions = transactions;
    }

    void said(RoomEvent event) {
        String room = event.roomId();
        if (told.find(room).isPresent()) {
            return;
        }
        try {
            Optional<Resident> resident = residents.in(room, "");
            if (resident.isPresent() && resident.get().kind() != Resident.Kind.CROWDED) {
                if (InTime.within(DATABASE, () -> transactions.claim("encrypted " + room))) {
                    new RoomVoice(outbox, room, resident.get().ghost().userId()).notice(Notices.ENCRYPTED_ROOM);
                }
                told.keep(room, true);
            }
        } catch (MatrixException | DatabaseUnavailable e) {
            log.info("nobody could be told that a room is encrypted: {}", e.getMessage());
        }
    }
}
