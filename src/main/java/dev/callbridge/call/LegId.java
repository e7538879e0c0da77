package dev.callbridge.call;

/// One leg among all that live: the key of its mail, its row, its media endpoint and its log lines.
///
/// @param call the call it belongs to
/// @param role what it is there, for example `caller`; unique within its call
public record LegId(String call, String role) {

    @Override
    public String toString() {
        return call + "/" + role;
    }
}
