package dev.callbridge.call;

/// A session description as it travels in a message body (RFC 8866); parsed by the media module only.
public record Sdp(String text) {

    /// The length only: descriptions hold addresses and keys, and stay out of logs.
    @Override
    public String toString() {
        return "Sdp[" + text.length() + " chars]";
    }
}
