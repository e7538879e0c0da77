package dev.callbridge.sip;

import dev.callbridge.dialplan.PhoneNumber;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Who we are on a trunk that wants a login.
///
/// ## Threads
/// Any; its standing is written by whoever registers it.
final class Account {

    /// How it stands with the registrar.
    sealed interface Standing {

        /// The trunk knows us without.
        record NotWanted() implements Standing {}

        record NotYet() implements Standing {

            @Override
            public String toString() {
                return "not registered yet";
            }
        }

        /// @param routes what requests of ours take along (RFC 3608)
        /// @param next where the first of them leads; null: to the server that was asked
        record Registered(List<String> routes, @Nullable Target next) implements Standing {

            public Registered {
                routes = List.copyOf(routes);
            }

            @Override
            public String toString() {
                return "registered";
            }
        }

        /// @param why fit for a log line
        record Failing(String why) implements Standing {

            @Override
            public String toString() {
                return "not registered (" + why + ")";
            }
        }
    }

    private final Credentials credentials;
    private final String user;
    private final Optional<PhoneNumber> number;
    private final UUID identity;
    private volatile Standing standing;

    /// @param where makes it one of its kind: the bridge and the trunk
    /// @param user stands before the @ in our address
    /// @param number what rings with it, and what telephones see
    Account(String where, Credentials credentials, String user, @Nullable PhoneNumber number, boolean registers) {
        this.credentials = credentials;
        this.user = user;
        this.number = Optional.ofNullable(number);
        this.identity = UUID.nameUUIDFromBytes((where + "/" + user).getBytes(StandardCharsets.UTF_8));
        this.standing = registers ? new Standing.NotYet() : new Standing.NotWanted();
    }

    Credentials credentials() {
        return credentials;
    }

    String user() {
        return user;
    }

    Optional<PhoneNumber> number() {
        return number;
    }

    /// The user part of its contact: calls that come to it are told apart by that. The same after a restart, so that
    /// the registrar replaces what it has.
    String token() {
        return "c" + HexFormat.of().toHexDigits(identity.getMostSignificantBits());
    }

    /// RFC 5626 §4.1.
    String instance() {
        return "urn:uuid:" + identity;
    }

    Standing standing() {
        return standing;
    }

    /// The server that its requests go to first, where that is not the trunk's own (RFC 3608 §6.1).
    Optional<Target> next() {
        return standing instanceof Standing.Registered(var _, var next) ? Optional.ofNullable(next) : Optional.empty();
    }

    void standing(Standing now) {
        standing = now;
    }

    /// For log lines.
    @Override
    public String toString() {
        return user.matches("\\+?[0-9]{5,}") ? "…" + user.substring(user.length() - 2) : user;
    }
}
