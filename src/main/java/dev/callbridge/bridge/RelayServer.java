package dev.callbridge.bridge;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A TURN server that we may use (RFC 8656).
///
/// @param uri as RFC 7065 has it: `turn:turn.example.org:3478?transport=udp`
public record RelayServer(String uri, String user, String password) {

    private static final Pattern OVER_UDP =
            Pattern.compile("turn:(?:\\[([0-9a-fA-F:.]+)]|([^:?\\[]+))(?::(\\d{1,5}))?(?:\\?transport=udp)?");
    private static final int PORT = 3478;

    /// Whether `uri` names a server that is asked over UDP; we know no other.
    public static boolean isOverUdp(String uri) {
        return OVER_UDP.matcher(uri).matches();
    }

    /// Its name or address. Only if [#isOverUdp].
    public String host() {
        Matcher parts = parts();
        return parts.group(1) == null ? parts.group(2) : parts.group(1);
    }

    /// Only if [#isOverUdp].
    public int port() {
        String written = parts().group(3);
        return written == null ? PORT : Integer.parseInt(written);
    }

    private Matcher parts() {
        Matcher parts = OVER_UDP.matcher(uri);
        if (!parts.matches()) {
            throw new IllegalStateException(uri + " is not asked over UDP");
        }
        return parts;
    }

    @Override
    public String toString() {
        return "RelayServer[" + uri + "]";
    }
}
