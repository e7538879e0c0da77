package dev.callbridge.call;

/// What can be wrong with the sound of one side of a call.
public enum Trouble {
    /// The call is up, and nothing has been heard from there at all.
    NEVER_HEARD("never-heard"),
    /// Packets arrive from there, with nothing but silence in them: since the call is up or, in its record only, for
    /// long.
    SILENT("silent"),
    /// There was sound, and no packet arrives any more.
    INTERRUPTED("interrupted");

    private final String reason;

    Trouble(String reason) {
        this.reason = reason;
    }

    /// Short and stable: for log lines, metrics and the journal.
    public String reason() {
        return reason;
    }
}
