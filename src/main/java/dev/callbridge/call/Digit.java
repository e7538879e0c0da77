package dev.callbridge.call;

import java.util.Optional;

/// A key of a telephone (RFC 4733 §3.2): `0` to `9`, `*`, `#`, `A` to `D`.
public record Digit(char key) {

    private static final String KEYS = "0123456789*#ABCD";

    /// @throws IllegalArgumentException if no telephone has such a key
    public Digit {
        if (KEYS.indexOf(key) < 0) {
            throw new IllegalArgumentException("no key of a telephone");
        }
    }

    /// @param event code of a telephone event
    public static Optional<Digit> ofEvent(int event) {
        return event >= 0 && event < KEYS.length() ? Optional.of(new Digit(KEYS.charAt(event))) : Optional.empty();
    }

    /// The event code, 0 to 15.
    public int event() {
        return KEYS.indexOf(key);
    }

    /// Without the key: people type card numbers and passwords.
    @Override
    public String toString() {
        return "Digit";
    }
}
