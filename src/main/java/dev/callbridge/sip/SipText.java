package dev.callbridge.sip;

import java.nio.charset.StandardCharsets;

/// Text of strangers on its way into a SIP message. The stack escapes nothing: a line break in a name would be a header
/// of the stranger's choice.
final class SipText {

    private static final int LONGEST = 64;
    private static final String UNRESERVED_IN_USER = "-_.!~*'()&=+$,;?/";

    private SipText() {}

    /// Without control characters, and of a sensible length.
    static String clean(String text) {
        return clean(text, LONGEST);
    }

    static String clean(String text, int longest) {
        StringBuilder clean = new StringBuilder();
        text.codePoints()
                .filter(c -> !Character.isISOControl(c) && c != 0x2028 && c != 0x2029)
                .limit(longest)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    /// A name to be shown: nothing that turns the direction of writing around, or can't be seen at all; and empty if
    /// there is no letter in it, which could pass for a number.
    static String name(String text) {
        StringBuilder seen = new StringBuilder();
        text.codePoints().filter(SipText::isSeen).forEach(seen::appendCodePoint);
        String name = clean(seen.toString().strip()).strip();
        return name.codePoints().anyMatch(Character::isLetter) ? name : "";
    }

    private static boolean isSeen(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /// A quoted string (RFC 3261 §25.1), quotes included.
    static String quoted(String text) {
        return '"' + clean(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /// The user part of a SIP URI, escaped where it has to be (RFC 3261 §19.1.2).
    static String user(String user) {
        StringBuilder escaped = new StringBuilder();
        for (byte b : clean(user).getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED_IN_USER.indexOf(c) >= 0);
            if (plain) {
                escaped.append(c);
            } else {
                escaped.append('%').append(String.format("%02X", b & 0xff));
            }
        }
        return escaped.toString();
    }

    /// The user part of a SIP URI as it was meant, without its parameters (`+4930;phone-context=...`).
    static String unescaped(String user) {
        byte[] in = user.getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[in.length];
        int length = 0;
        for (int i = 0; i < in.length; i++) {
            int high = in[i] == '%' && i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(in[i + 2], 16);
            if (low >= 0) {
                out[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                out[length++] = in[i];
            }
        }
        String whole = new String(out, 0, length, StandardCharsets.UTF_8);
        int parameters = whole.indexOf(';');
        return clean(parameters < 0 ? whole : whole.substring(0, parameters));
    }
}
