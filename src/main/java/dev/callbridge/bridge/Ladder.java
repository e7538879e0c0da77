package dev.callbridge.bridge;

import dev.callbridge.call.LegId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What passed on the wires, one line per message: turned on by `logging.level.callbridge.ladder: info`, and drawn by
/// `bin/demo`. Numbers and descriptions stay out.
public final class Ladder {

    /// The two networks.
    public enum Side {
        MATRIX,
        SIP
    }

    private static final Logger log = LoggerFactory.getLogger("callbridge.ladder");

    private Ladder() {}

    /// @param message what it is called there: `m.call.invite`, `INVITE`, `180 Ringing`
    public static void arrived(Side side, LegId leg, String message) {
        log.info("{} {} > {}", leg, side, message);
    }

    public static void sent(Side side, LegId leg, String message) {
        log.info("{} {} < {}", leg, side, message);
    }
}
