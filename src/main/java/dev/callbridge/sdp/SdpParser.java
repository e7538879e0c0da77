package dev.callbridge.sdp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads one session description, line by line.
final class SdpParser {

    /// Far above any honest description: a browser's with video has some 10 000 characters in 200 lines.
    private static final int MAX_LENGTH = 64 * 1024;

    private static final int MAX_LINES = 2000;
    private static final int MAX_SECTIONS = 64;

    private final String text;
    private final List<Attribute> sessionAttributes = new ArrayList<>();
    private final List<MediaDescription> sections = new ArrayList<>();
    private @Nullable Origin origin;
    private @Nullable Connection sessionConnection;
    private @Nullable Section section;

    /// The `m=` section that is being read.
    private static final class Section {

        private final String kind;
        private final int port;
        private final String protocol;
        private final List<String> formats;
        private final List<Attribute> attributes = new ArrayList<>();
        private @Nullable Connection connection;

        private Section(String kind, int port, String protocol, List<String> formats) {
            this.kind = kind;
            this.port = port;
            this.protocol = protocol;
            this.formats = formats;
        }

        private MediaDescription done() {
            return new MediaDescription(kind, port, protocol, formats, connection, attributes);
        }
    }

    SdpParser(String text) {
        this.text = text;
    }

    SessionDescription parse() throws SdpException {
        if (text.length() > MAX_LENGTH) {
            throw new SdpException("longer than " + MAX_LENGTH + " characters");
        }
        List<String> lines = text.lines().limit(MAX_LINES + 1L).toList();
        if (lines.size() > MAX_LINES) {
            throw new SdpException("more than " + MAX_LINES + " lines");
        }
        if (lines.isEmpty() || !lines.getFirst().strip().equalsIgnoreCase("v=0")) {
            throw new SdpException("does not begin with v=0");
        }
        for (String line : lines) {
            if (line.length() > 1 && line.charAt(1) == '=') {
                take(line.charAt(0), line.substring(2).strip());
            }
        }
        finishSection();
        if (origin == null) {
            throw new SdpException("no o= line");
        }
        return new SessionDescription(origin, sessionConnection, sessionAttributes, sections);
    }

    private void take(char type, String value) throws SdpException {
        switch (type) {
            case 'o' -> origin = Origin.parse(value);
            case 'c' -> connection(Connection.parse(value));
            case 'a' -> (section == null ? sessionAttributes : section.attributes).add(Attribute.parse(value));
            case 'm' -> {
                finishSection();
                section = section(value);
            }
            default -> {
                // RFC 8866 knows more types, and the field invents some: nothing that media need.
            }
        }
    }

    private void connection(Connection connection) {
        if (section == null) {
            sessionConnection = connection;
        } else if (section.connection == null) {
            section.connection = connection;
        }
    }

    private void finishSection() throws SdpException {
        if (section != null) {
            sections.add(section.done());
        }
        if (sections.size() > MAX_SECTIONS) {
            throw new SdpException("more than " + MAX_SECTIONS + " m= lines");
        }
    }

    private static Section section(String value) throws SdpException {
        String[] words = value.split("\\s+", -1);
        if (words.length < 3) {
            throw new SdpException("m= line with " + words.length + " words");
        }
        return new Section(words[0], port(words[1]), words[2], List.of(words).subList(3, words.length));
    }

    private static int port(String word) throws SdpException {
        int count = word.indexOf('/');
        try {
            int port = Integer.parseInt(count < 0 ? word : word.substring(0, count));
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new SdpException("port in m= line is no port number");
    }
}
