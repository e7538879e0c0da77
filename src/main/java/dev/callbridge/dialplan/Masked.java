package dev.callbridge.dialplan;

/// Numbers as they may appear in a log line.
final class Masked {

    private Masked() {}

    /// All but the last two characters hidden.
    static String of(String number) {
        int hidden = Math.max(0, number.length() - 2);
        return "*".repeat(hidden) + number.substring(hidden);
    }
}
