package dev.callbridge.sip;

import gov.nist.javax.sip.parser.MessageParser;
import gov.nist.javax.sip.parser.MessageParserFactory;
import gov.nist.javax.sip.parser.StringMsgParser;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Locale;

/// Lets nothing but a [ParseException] out of the parser: any other throwable ends the thread that reads all datagrams.
/// Its text is ours too, because the stack echoes it in the status line of a 400.
public final class SafeParserFactory implements MessageParserFactory {

    private static final int MOST_LINES = 400;

    @Override
    public MessageParser createMessageParser(SIPTransactionStack stack) {
        var parser = new StringMsgParser();
        return (bytes, readBody, strict, listener) -> {
            try {
                examine(bytes);
                return parser.parseSIPMessage(bytes, readBody, strict, listener);
            } catch (ParseException e) {
                throw malformed(e.getErrorOffset());
            } catch (Throwable _) {
                throw malformed(0);
            }
        };
    }

    private static ParseException malformed(int offset) {
        return new ParseException("malformed", offset);
    }

    /// Thousands of lines cost the parser a quarter of a second; two lengths mean two readings of one message.
    private static void examine(byte[] bytes) throws ParseException {
        int lines = 0;
        int lengths = 0;
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '\n') {
                continue;
            }
            if (++lines > MOST_LINES) {
                throw malformed(i);
            }
            int end = i > start && bytes[i - 1] == '\r' ? i - 1 : i;
            if (end == start && lines > 1) {
                return;
            }
            if (isContentLength(bytes, start, end) && ++lengths > 1) {
                throw malformed(i);
            }
            start = i + 1;
        }
    }

    private static boolean isContentLength(byte[] bytes, int start, int end) {
        byte first = start < end ? bytes[start] : 0;
        if (first != 'c' && first != 'C' && first != 'l' && first != 'L') {
            return false;
        }
        String head = new String(bytes, start, Math.min(end - start, 32), StandardCharsets.ISO_8859_1);
        int colon = head.indexOf(':');
        String name = colon < 0 ? "" : head.substring(0, colon).strip().toLowerCase(Locale.ROOT);
        return name.equals("content-length") || name.equals("l");
    }
}
