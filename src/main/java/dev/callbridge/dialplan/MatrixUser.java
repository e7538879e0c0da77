package dev.callbridge.dialplan;

/// A user of some homeserver, for example `@alice:example.org`.
public record MatrixUser(String id) implements Party {

    /// The name of the homeserver, the part after the first colon; empty if this is no user id.
    public String homeserver() {
        int colon = id.indexOf(':');
        return colon < 0 ? "" : id.substring(colon + 1);
    }

    @Override
    public String toString() {
        return id;
    }
}
