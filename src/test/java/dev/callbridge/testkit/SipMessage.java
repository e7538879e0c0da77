package dev.callbridge.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A message as it was on the wire.
///
/// @param nanos when it was received or sent, by `System.nanoTime`
public record SipMessage(boolean received, String text, long nanos) {

    public String startLine() {
        return text.lines().findFirst().orElse("");
    }

    public boolean isRequest() {
        return !startLine().startsWith("SIP/2.0 ");
    }

    /// Of a request, or of the request that a response answers.
    public String method() {
        return isRequest() ? startLine().split(" ", 2)[0] : header("CSeq").split(" ", 2)[1];
    }

    public int status() {
        return Integer.parseInt(startLine().split(" ", 3)[1]);
    }

    public String requestUri() {
        return startLine().split(" ", 3)[1];
    }

    /// The value of the first such header; empty if there is none.
    public String header(String name) {
        return headers(name).stream().findFirst().orElse("");
    }

    public List<String> headers(String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        return head().lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                .map(line -> line.substring(prefix.length()).strip())
                .toList();
    }

    public String head() {
        int end = text.indexOf("\r\n\r\n");
        return end < 0 ? text : text.substring(0, end);
    }

    public String body() {
        int end = text.indexOf("\r\n\r\n");
        return end < 0 ? "" : text.substring(end + 4);
    }

    public long cseq() {
        return Long.parseLong(header("CSeq").split(" ", 2)[0]);
    }

    /// The branch of its topmost Via.
    public String branch() {
        return parameter(header("Via"), "branch");
    }

    /// The text of a response to this request.
    ///
    /// @param tag of the To header, unless it has one
    /// @param more further header lines, each without its line break
    String response(int status, String tag, @Nullable String contact, @Nullable String sdp, String... more) {
        var text = new StringBuilder("SIP/2.0 " + status + " Because\r\n");
        for (String name : List.of("Via", "Record-Route", "From", "Call-ID", "CSeq")) {
            headers(name)
                    .forEach(value ->
                            text.append(name).append(": ").append(value).append("\r\n"));
        }
        String to = header("To");
        boolean tagged = to.contains(";tag=") || status == 100;
        text.append("To: ").append(to).append(tagged ? "" : ";tag=" + tag).append("\r\n");
        if (contact != null) {
            text.append("Contact: ").append(contact).append("\r\n");
        }
        for (String line : more) {
            text.append(line).append("\r\n");
        }
        if (sdp != null) {
            text.append("Content-Type: application/sdp\r\n");
        }
        int length = sdp == null ? 0 : sdp.getBytes(UTF_8).length;
        return text.append("Content-Length: ")
                .append(length)
                .append("\r\n\r\n")
                .append(sdp == null ? "" : sdp)
                .toString();
    }

    static String parameter(String value, String name) {
        int start = value.indexOf(name + "=");
        if (start < 0) {
            return "";
        }
        String rest = value.substring(start + name.length() + 1);
        if (rest.startsWith("\"")) {
            return rest.substring(1, rest.indexOf('"', 1));
        }
        int end = 0;
        while (end < rest.length() && ";, >\r\n".indexOf(rest.charAt(end)) < 0) {
            end++;
        }
        return rest.substring(0, end);
    }
}
