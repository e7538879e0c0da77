package dev.callbridge.sdp;

import org.jspecify.annotations.Nullable;

/// An `a=` line: `name` alone, or `name:value` (RFC 8866 §5.13).
public record Attribute(String name, @Nullable String value) {

    static Attribute flag(String name) {
        return new Attribute(name, null);
    }

    static Attribute of(String name, String value) {
        return new Attribute(name, value);
    }

    static Attribute parse(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? flag(text.strip())
                : of(text.substring(0, colon).strip(), text.substring(colon + 1).strip());
    }

    /// Attribute names are case-sensitive by the book, and not in the field.
    boolean named(String other) {
        return name.equalsIgnoreCase(other);
    }

    String line() {
        return value == null ? "a=" + name : "a=" + name + ":" + value;
    }

    /// The name only: values hold addresses and keys.
    @Override
    public String toString() {
        return name;
    }
}
