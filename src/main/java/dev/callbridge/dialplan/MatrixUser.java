package dev.callbridge.dialplan;

/// A user of some homeserver, for example `@alice:example.org`.
public record MatrixUser(String id) implements Party {

    @Override
    public String toString() {
        return id;
    }
}
