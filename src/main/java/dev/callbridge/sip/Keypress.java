package dev.callbridge.sip;

import dev.callbridge.call.Digit;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A key as INFO carries it: `application/dtmf-relay`, which most gateways speak, or `application/dtmf`, a
/// bare key.
/// Neither is a standard.
record Keypress(Digit digit, Duration length) {

    static final String RELAY = "application/dtmf-relay";
    static final String PLAIN = "application/dtmf";

    private static final Duration USUAL = Duration.ofMillis(160);
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final Pattern SIGNAL = Pattern.compile("(?im)^\\s*Signal\\s*=\\s*([0-9A-D*#]{1,2})\\s*$");
    private static final Pattern DURATION = Pattern.compile("(?im)^\\s*Duration\\s*=\\s*(\\d{1,6})\\s*$");

    static boolean isType(String type) {
        return type.equalsIgnoreCase(RELAY) || type.equalsIgnoreCase(PLAIN);
    }

    /// @return empty if no key is named
    static Optional<Keypress> read(String type, byte[] body) {
        String text = new String(body, StandardCharsets.US_ASCII);
        if (type.equalsIgnoreCase(PLAIN)) {
            Optional<Keypress> bare = digit(text.strip()).map(digit -> new Keypress(digit, USUAL));
            if (bare.isPresent()) {
                return bare;
            }
        }
        Matcher signal = SIGNAL.matcher(text);
        return signal.find()
                ? digit(signal.group(1)).map(digit -> new Keypress(digit, length(text)))
                : Optional.empty();
    }

    private static Duration length(String text) {
        Matcher found = DURATION.matcher(text);
        Duration said = found.find() ? Duration.ofMillis(Long.parseLong(found.group(1))) : USUAL;
        return said.compareTo(SHORTEST) < 0 ? SHORTEST : said.compareTo(LONGEST) > 0 ? LONGEST : said;
    }

    /// Some write the event code instead of the key (RFC 4733 §3.2): 10 is `*`, 11 is `#`.
    private static Optional<Digit> digit(String key) {
        String upper = key.toUpperCase(Locale.ROOT);
        if (upper.matches("1[0-5]")) {
            return Digit.ofEvent(Integer.parseInt(upper));
        }
        return upper.matches("[0-9A-D*#]") ? Optional.of(new Digit(upper.charAt(0))) : Optional.empty();
    }

    String text() {
        return "Signal=" + digit.key() + "\r\nDuration=" + length.toMillis() + "\r\n";
    }
}
