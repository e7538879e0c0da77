package dev.callbridge.matrix;

import dev.callbridge.bridge.Ids;
import dev.callbridge.dialplan.Dialled;
import dev.callbridge.dialplan.Dialled.Presentation;
import dev.callbridge.dialplan.NumberPlan;
import dev.callbridge.dialplan.Party;
import dev.callbridge.matrix.client.HomeserverClient;
import dev.callbridge.matrix.client.MatrixException;
import dev.callbridge.store.DatabaseUnavailable;
import dev.callbridge.store.GhostRepository;
import dev.callbridge.store.InTime;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Our users on the homeserver: registered and named when they are first needed. Blocks; from any thread.
final class Ghosts {

    private static final Logger log = LoggerFactory.getLogger(Ghosts.class);

    static final String BOT_NAME = "Telephone";
    private static final int REMEMBERED = 10_000;
    private static final Duration DATABASE = Duration.ofSeconds(2);

    private final MatrixIds ids;
    private final HomeserverClient homeserver;
    private final GhostRepository ghosts;
    private final ContactFile contacts;
    private final Recent<String, Ghost> known = new Recent<>(REMEMBERED);

    Ghosts(MatrixIds ids, HomeserverClient homeserver, GhostRepository ghosts, ContactFile contacts) {
        this.ids = ids;
        this.homeserver = homeserver;
        this.ghosts = ghosts;
        this.contacts = contacts;
    }

    MatrixIds ids() {
        return ids;
    }

    /// What `party` is called where people read it: by name if there is one.
    String name(Party party) {
        return contacts.name(party).orElseGet(() -> NumberPlan.display(party));
    }

    /// The same with the number, where nothing else shows it.
    String nameAndNumber(Party party) {
        String number = NumberPlan.display(party);
        return contacts.name(party).map(name -> name + ", " + number).orElse(number);
    }

    /// The ghost of `party`, which exists on the homeserver from now on.
    Ghost of(Party party) throws MatrixException, DatabaseUnavailable {
        return of(new Dialled(party, Presentation.USUAL));
    }

    /// The ghost of a number that is dialled in a certain way.
    Ghost of(Dialled dialled) throws MatrixException, DatabaseUnavailable {
        String suffix = switch (dialled.presentation()) {
            case USUAL -> "";
            case WITHHELD -> " (your number hidden)";
            case SHOWN -> " (your number shown)";
        };
        return of(ids.ghost(dialled), name(dialled.party()) + suffix);
    }

    Ghost bot() throws MatrixException, DatabaseUnavailable {
        return of(ids.bot(), BOT_NAME);
    }

    /// One of our users whose name says no number: it was invited by somebody who made the name up.
    Ghost unreadable(String userId) throws MatrixException, DatabaseUnavailable {
        return of(userId, "Unknown number");
    }

    /// One of our users, by its id.
    Ghost of(String userId) throws MatrixException, DatabaseUnavailable {
        if (ids.isBot(userId)) {
            return bot();
        }
        Optional<Dialled> dialled = ids.dialled(userId);
        return dialled.isPresent() ? of(dialled.get()) : unreadable(userId);
    }

    private Ghost of(String userId, String name) throws MatrixException, DatabaseUnavailable {
        Optional<Ghost> remembered =
                known.find(userId).filter(ghost -> ghost.name().equals(name));
        if (remembered.isPresent()) {
            return remembered.get();
        }
        String device = Ids.random(10).toUpperCase(Locale.ROOT);
        GhostRepository.Row row = InTime.within(DATABASE, () -> ghosts.findOrAdd(userId, device));
        if (!name.equals(row.displayName())) {
            homeserver.register(ids.localpart(userId));
            homeserver.displayName(userId, name);
            InTime.within(DATABASE, () -> {
                ghosts.named(userId, name);
                return userId;
            });
        }
        var ghost = new Ghost(userId, row.deviceId(), name);
        known.keep(userId, ghost);
        Thread.ofVirtual().name("device").start(() -> device(ghost));
        return ghost;
    }

    /// For clients that send their calls to devices; whoever rings meanwhile need not wait for it.
    private void device(Ghost ghost) {
        try {
            homeserver.device(ghost.userId(), ghost.partyId(), BOT_NAME);
        } catch (MatrixException e) {
            log.info("calls that are sent to a device won't reach a ghost: {}", e.getMessage());
        }
    }
}
