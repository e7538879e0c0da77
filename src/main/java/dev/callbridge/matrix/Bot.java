package dev.callbridge.matrix;

import dev.callbridge.dialplan.Dialled;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.NumberPlan;
import dev.callbridge.dialplan.Rights;
import dev.callbridge.matrix.client.MatrixException;
import dev.callbridge.matrix.client.Outbox;
import dev.callbridge.matrix.event.RoomEvent;
import dev.callbridge.store.DatabaseUnavailable;
import dev.callbridge.store.InTime;
import dev.callbridge.store.TransactionRepository;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.util.HtmlUtils;

/// Whom people can write to: `call +49 30 901820` opens a chat with that number. Blocks; in order within a room.
final class Bot {

    static final String HELP = "Write \"call\" and a number, for example: call +49 30 901820. I open a chat with that "
            + "number; press the telephone there. With #31# before the number it does not see yours. Calls from numbers that "
            + "you have no chat with ring in this room.";

    private static final Logger log = LoggerFactory.getLogger(Bot.class);
    private static final Duration STALE = Duration.ofMinutes(10);
    private static final Duration DATABASE = Duration.ofSeconds(2);

    private final Ghosts ghosts;
    private final Rooms rooms;
    private final Portals portals;
    private final NumberPlan plan;
    private final Rights rights;
    private final Outbox outbox;
    private final TransactionRepository transactions;
    private final InstantSource clock;

    Bot(
            Ghosts ghosts,
            Rooms rooms,
            Portals portals,
            NumberPlan plan,
            Rights rights,
            Outbox outbox,
            TransactionRepository transactions,
            InstantSource clock) {
        this.ghosts = ghosts;
        this.rooms = rooms;
        this.portals = portals;
        this.plan = plan;
        this.rights = rights;
        this.outbox = outbox;
        this.transactions = transactions;
        this.clock = clock;
    }

    /// The bot has joined a room that it shares with `user` alone.
    void joined(String room, String user) {
        try {
            if (portals.line(user).filter(room::equals).isPresent()) {
                return;
            }
            adopt(room, user);
        } catch (DatabaseUnavailable e) {
            log.warn("a line room could not be remembered: {}", e.getMessage());
        }
        voice(room).notice(HELP);
    }

    /// Makes a room the line of `user`, unless there is one where the user can be rung.
    private void adopt(String room, String user) throws DatabaseUnavailable {
        Optional<String> line = portals.line(user);
        if (line.isEmpty() || !(line.get().equals(room) || isUsed(line.get(), user))) {
            portals.line(user, room);
        }
    }

    private boolean isUsed(String line, String user) {
        String bot = ghosts.ids().bot();
        try {
            return ghosts.ids().isJust(rooms.members(line, bot), bot, user);
        } catch (MatrixException e) {
            log.info("a line room can't be looked at: {}", e.getMessage());
            return e.passing();
        }
    }

    void said(RoomEvent event) {
        String bot = ghosts.ids().bot();
        if (!event.text("msgtype").equals("m.text")
                || event.age(clock.instant()).compareTo(STALE) > 0) {
            return;
        }
        try {
            if (!isHere(event.roomId(), bot)
                    || !rights.knows(new MatrixUser(event.sender()))
                    || !InTime.within(DATABASE, () -> transactions.claim(event.eventId()))) {
                return;
            }
            adopt(event.roomId(), event.sender());
            answer(event.roomId(), event.sender(), event.text("body").strip());
        } catch (MatrixException | DatabaseUnavailable e) {
            log.warn("the bot could not answer: {}", e.getMessage());
            voice(event.roomId()).notice("That did not work just now. Please try again in a minute.");
        }
    }

    /// Whether the bot has been talked to: alone with it, or in its line room.
    private boolean isHere(String room, String bot) throws DatabaseUnavailable {
        Optional<Set<String>> known = rooms.known(room);
        if (known.isEmpty()) {
            try {
                known = portals.portal(room).isPresent() ? Optional.empty() : Optional.of(rooms.members(room, bot));
            } catch (MatrixException _) {
                return false;
            }
        }
        return known.filter(members -> members.contains(bot) && members.size() == 2)
                .isPresent();
    }

    private void answer(String room, String user, String text) throws MatrixException, DatabaseUnavailable {
        String[] words = text.replaceFirst("^!(sip\\s+)?", "").split("\\s+", 2);
        if (words[0].toLowerCase(Locale.ROOT).equals("call") && words.length == 2) {
            call(room, user, words[1]);
        } else {
            voice(room).notice(HELP);
        }
    }

    private void call(String room, String user, String typed) throws MatrixException, DatabaseUnavailable {
        Optional<Dialled> dialled = plan.dialled(typed);
        if (dialled.isEmpty()) {
            String shown = typed.length() > 40 ? typed.substring(0, 40) + "…" : typed;
            voice(room)
                    .notice("I can't read \"" + shown
                            + "\" as a telephone number. Write it like this: call +49 30 901820");
            return;
        }
        Optional<Rights.Refusal> refusal =
                rights.refusal(new MatrixUser(user), dialled.get().party());
        if (refusal.isPresent()) {
            voice(room).notice(words(refusal.get()));
            return;
        }
        Ghost ghost = ghosts.of(dialled.get());
        String link = "https://matrix.to/#/" + encoded(portals.open(ghost, user).room()) + "?via="
                + encoded(ghosts.ids().server());
        voice(room)
                .notice(
                        "Here is your chat with " + ghost.name() + ": " + link + " Press the telephone there.",
                        "Here is your chat with <a href=\"" + link + "\">" + HtmlUtils.htmlEscape(ghost.name())
                                + "</a>. Press the telephone there.");
    }

    private static String words(Rights.Refusal refusal) {
        return switch (refusal) {
            case NO_RIGHT -> "You have no right to call this number. Ask your admin.";
            case EMERGENCY -> "Emergency calls can't be made here. Use a telephone.";
        };
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private RoomVoice voice(String room) {
        return new RoomVoice(outbox, room, ghosts.ids().bot());
    }
}
