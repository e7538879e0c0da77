package dev.callbridge.matrix;

import dev.callbridge.dialplan.Anonymous;
import dev.callbridge.dialplan.Dialled;
import dev.callbridge.dialplan.Dialled.Presentation;
import dev.callbridge.dialplan.Extension;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.PhoneNumber;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.web.util.UriUtils;

/// User ids of the numbers' ghosts and of the bot: `@_sip_4930901820:example.org`,
/// `@_sip_pbx.12:example.org`, `@_sip_anonymous:example.org`, `@_sip_bot:example.org`;
/// `@_sip_hide=-4930901820:example.org` is the number, called with one's own hidden.
///
/// @param server the name of our homeserver
/// @param botLocalpart from the registration
record MatrixIds(String server, String botLocalpart) {

    static final String PREFIX = "_sip_";
    private static final String ANONYMOUS = PREFIX + "anonymous";
    private static final String PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789-._";
    private static final Pattern DIGITS = Pattern.compile("[1-9][0-9]{1,14}");

    String bot() {
        return id(botLocalpart);
    }

    /// @throws IllegalArgumentException for Matrix users, who stand for themselves
    String ghost(Dialled dialled) {
        Party party = dialled.party();
        String plain = ghost(party);
        return party instanceof Anonymous
                ? plain
                : id(PREFIX + mark(dialled.presentation()) + localpart(plain).substring(PREFIX.length()));
    }

    /// @throws IllegalArgumentException for Matrix users, who stand for themselves
    String ghost(Party party) {
        return switch (party) {
            case PhoneNumber number -> id(PREFIX + number.digits());
            case Extension(var trunk, var user) ->
                id(PREFIX + escaped(trunk).replace(".", "=2e") + "." + escaped(user));
            case Anonymous _ -> id(ANONYMOUS);
            case MatrixUser(var user) -> throw new IllegalArgumentException(user + " needs no ghost");
        };
    }

    /// Who a ghost stands for; empty if `userId` is none of ours, or can't be read.
    Optional<Party> party(String userId) {
        return dialled(userId).map(Dialled::party);
    }

    /// What calling a ghost means; empty if `userId` is none of ours, or can't be read.
    Optional<Dialled> dialled(String userId) {
        if (!isOurs(userId) || isBot(userId)) {
            return Optional.empty();
        }
        if (localpart(userId).equals(ANONYMOUS)) {
            return Optional.of(new Dialled(new Anonymous(), Presentation.USUAL));
        }
        String name = localpart(userId).substring(PREFIX.length());
        for (Presentation presentation : List.of(Presentation.WITHHELD, Presentation.SHOWN)) {
            String mark = mark(presentation);
            if (name.startsWith(mark)) {
                return number(name.substring(mark.length())).map(party -> new Dialled(party, presentation));
            }
        }
        return number(name).map(party -> new Dialled(party, Presentation.USUAL));
    }

    /// Nothing that is escaped has a dash behind an equals sign, so no other name begins like this.
    private static String mark(Presentation presentation) {
        return switch (presentation) {
            case USUAL -> "";
            case WITHHELD -> "hide=-";
            case SHOWN -> "show=-";
        };
    }

    private Optional<Party> number(String name) {
        int dot = name.indexOf('.');
        if (dot > 0 && dot < name.length() - 1) {
            Extension extension = new Extension(unescaped(name.substring(0, dot)), unescaped(name.substring(dot + 1)));
            // Only the one spelling that we write ourselves: a number has one ghost.
            return localpart(ghost(extension)).equals(PREFIX + name) ? Optional.of(extension) : Optional.empty();
        }
        return DIGITS.matcher(name).matches() ? Optional.of(new PhoneNumber("+" + name)) : Optional.empty();
    }

    boolean isBot(String userId) {
        return userId.equals(bot());
    }

    /// Whether `userId` is the bot or in the ghosts' namespace.
    boolean isOurs(String userId) {
        return isBot(userId)
                || (userId.startsWith("@" + PREFIX)
                        && userId.endsWith(":" + server)
                        && userId.length() > PREFIX.length() + server.length() + 2);
    }

    /// Whether a room with these members is for one of ours and one user alone. The bot is no company.
    boolean isJust(Set<String> members, String ours, String user) {
        return members.contains(ours)
                && members.contains(user)
                && members.stream().allMatch(id -> id.equals(ours) || id.equals(user) || isBot(id));
    }

    String localpart(String userId) {
        return userId.substring(1, userId.length() - server.length() - 1);
    }

    private String id(String localpart) {
        return "@" + localpart + ":" + server;
    }

    /// As the specification maps other names to localparts: everything unusual as its bytes, `=2a`.
    private static String escaped(String text) {
        var escaped = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = PLAIN.indexOf(octet) >= 0;
            escaped.append(plain ? String.valueOf((char) octet) : String.format("=%02x", octet & 0xff));
        }
        return escaped.toString();
    }

    private static String unescaped(String text) {
        try {
            return UriUtils.decode(text.replace("%", "%25").replace('=', '%'), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return "";
        }
    }
}
