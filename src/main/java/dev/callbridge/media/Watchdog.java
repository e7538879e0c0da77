package dev.callbridge.media;

import dev.callbridge.call.Trouble;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Notices when one side of a call that is up is not heard. Of the shard's thread; reads no clock.
///
/// Nothing is expected of a side while somebody holds; then only a call that shows no sign of life for an hour is given
/// up.
final class Watchdog {

    private static final long ONLY_SILENCE = Duration.ofSeconds(10).toNanos();
    private static final long ON_HOLD = Duration.ofHours(1).toNanos();

    /// Packets that are not older than this still come.
    private static final long RECENT = Duration.ofSeconds(1).toNanos();

    /// Hears what is wrong, on the shard's thread.
    interface Listener {

        void disturbed(Trouble trouble);

        void undisturbed(Trouble trouble);

        /// Packets of a side that was heard hold nothing but digital silence for long, or not any more. A lost
        /// microphone does that, but a mute too, which can't be told from it: nobody need be warned.
        void fellSilent(boolean begins);

        /// Nothing has come for so long that nobody is there any more. At most once.
        void lost();
    }

    /// @param firstAudio the first packet has to come by then
    /// @param silence later ones have to come by then, and something to be heard in them
    /// @param lost with no packet for so long the call is over; null: something else watches over that
    record Limits(
            Duration firstAudio, Duration silence, @Nullable Duration lost) {}

    private final long firstAudio;
    private final long silence;
    private final long lost;
    private final Listener listener;
    private boolean up;
    private boolean over;
    private boolean expected = true;
    private boolean heard;
    private boolean sound;
    private long lastLife;
    private long lastPacket;
    /// Since when nothing was to be heard in packets that came and were expected.
    private long silentSince;

    private @Nullable Trouble trouble;
    private boolean fellSilent;

    Watchdog(Limits limits, Listener listener) {
        this.firstAudio = limits.firstAudio().toNanos();
        this.silence = limits.silence().toNanos();
        this.lost = limits.lost() == null ? Long.MAX_VALUE : limits.lost().toNanos();
        this.listener = listener;
    }

    /// The call is up, and what was heard before doesn't count. Later calls do nothing.
    void begin(long now) {
        if (!up) {
            up = true;
            sound = false;
            lastLife = now;
            silentSince = now;
        }
    }

    /// @param now whether the side is to be heard as things stand
    void expect(boolean now, long at) {
        if (expected != now) {
            expected = now;
            lastLife = at;
            silentSince = at;
            clear();
        }
    }

    /// A packet came.
    void packet(long now) {
        if (!heard || now - lastPacket >= RECENT) {
            heard = true;
            silentSince = now;
        }
        lastLife = now;
        lastPacket = now;
        if (trouble == Trouble.NEVER_HEARD || trouble == Trouble.INTERRUPTED) {
            clear();
        }
    }

    /// The side has told that it lives, though nothing was to be heard. Counts as long as nothing is expected.
    void life(long now) {
        if (!expected) {
            lastLife = now;
        }
    }

    /// Something was to be heard.
    void sound(long now) {
        sound = true;
        silentSince = now;
        if (trouble == Trouble.SILENT || fellSilent) {
            clear();
        }
    }

    void tick(long now) {
        if (!up || over) {
            return;
        }
        long quiet = now - lastLife;
        if (quiet >= (expected ? lost : Math.max(lost, ON_HOLD))) {
            over = true;
            clear();
            listener.lost();
        } else if (expected) {
            judge(quiet, now);
        }
    }

    private void judge(long quiet, long now) {
        if (!heard && quiet >= firstAudio) {
            tell(Trouble.NEVER_HEARD);
        } else if (heard && quiet >= silence) {
            tell(Trouble.INTERRUPTED);
        } else if (heard && now - lastPacket < RECENT) {
            listen(now - silentSince);
        }
    }

    private void listen(long silent) {
        if (!sound && silent >= ONLY_SILENCE) {
            tell(Trouble.SILENT);
        } else if (sound && silent >= silence && !fellSilent) {
            fellSilent = true;
            listener.fellSilent(true);
        }
    }

    private void tell(Trouble now) {
        if (trouble != now) {
            clear();
            trouble = now;
            listener.disturbed(now);
        }
    }

    private void clear() {
        Trouble before = trouble;
        if (before != null) {
            trouble = null;
            listener.undisturbed(before);
        }
        if (fellSilent) {
            fellSilent = false;
            listener.fellSilent(false);
        }
    }
}
