package dev.callbridge.matrix;

import dev.callbridge.dialplan.Dialled;
import dev.callbridge.dialplan.NumberPlan;
import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.matrix.appservice.Directory;
import dev.callbridge.matrix.client.MatrixException;
import dev.callbridge.store.DatabaseUnavailable;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Numbers as the homeserver asks for them.
final class PhoneDirectory implements Directory {

    private static final Logger log = LoggerFactory.getLogger(PhoneDirectory.class);

    private final Ghosts ghosts;
    private final NumberPlan plan;

    PhoneDirectory(Ghosts ghosts, NumberPlan plan) {
        this.ghosts = ghosts;
        this.plan = plan;
    }

    @Override
    public boolean hasUser(String userId) {
        MatrixIds ids = ghosts.ids();
        return (ids.isBot(userId) || ids.party(userId).isPresent()) && exists(userId);
    }

    @Override
    public Optional<Listed> lookUp(String typed) {
        return plan.dialled(typed).flatMap(this::listed);
    }

    @Override
    public Optional<Listed> reverse(String userId) {
        return ghosts.ids().dialled(userId).flatMap(this::listed);
    }

    private Optional<Listed> listed(Dialled dialled) {
        Party party = dialled.party();
        String userId = ghosts.ids().ghost(dialled);
        String number = party instanceof PhoneNumber(var e164) ? e164 : NumberPlan.display(party);
        return exists(userId)
                ? Optional.of(new Listed(userId, dialled.presentation().code() + number))
                : Optional.empty();
    }

    private boolean exists(String userId) {
        try {
            Ghost _ = ghosts.of(userId);
            return true;
        } catch (MatrixException | DatabaseUnavailable e) {
            log.warn("a ghost could not be made: {}", e.getMessage());
            return false;
        }
    }
}
