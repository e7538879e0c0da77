package dev.callbridge.sdp;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An `m=` section (RFC 8866 §5.14).
///
/// @param kind `audio`, `video`, `application` …
/// @param port 0: refused
/// @param protocol `RTP/AVP`, `UDP/TLS/RTP/SAVPF` …
/// @param formats payload type numbers, for RTP
/// @param connection its own `c=` line
public record MediaDescription(
        String kind,
        int port,
        String protocol,
        List<String> formats,
        @Nullable Connection connection,
        List<Attribute> attributes) {

    public MediaDescription {
        formats = List.copyOf(formats);
        attributes = List.copyOf(attributes);
    }

    public boolean isAudio() {
        return kind.equalsIgnoreCase("audio");
    }

    /// The value of the first attribute of this name.
    public Optional<String> value(String name) {
        return values(name).findFirst();
    }

    /// The values of all attributes of this name.
    public Stream<String> values(String name) {
        return attributes.stream()
                .filter(attribute -> attribute.named(name))
                .flatMap(attribute -> Stream.ofNullable(attribute.value()));
    }

    public boolean has(String name) {
        return attributes.stream().anyMatch(attribute -> attribute.named(name));
    }

    /// What can be in its packets, in order of preference. Numbers that mean nothing are left out.
    public List<PayloadType> payloadTypes() {
        return formats.stream()
                .flatMap(format -> number(format).stream())
                .distinct()
                .flatMap(number -> payloadType(number).stream())
                .toList();
    }

    private Optional<PayloadType> payloadType(int number) {
        Optional<String> mapping = of("rtpmap", number);
        return mapping.isPresent()
                ? PayloadType.parse(number, mapping.get(), of("fmtp", number).orElse(null))
                : PayloadType.fixed(number);
    }

    /// What an attribute says about one payload type number.
    private Optional<String> of(String attribute, int number) {
        return values(attribute)
                .filter(value -> number(before(value)).orElse(-1) == number)
                .map(value -> value.substring(before(value).length()).strip())
                .findFirst();
    }

    private static String before(String value) {
        int end = 0;
        while (end < value.length() && !Character.isWhitespace(value.charAt(end))) {
            end++;
        }
        return value.substring(0, end);
    }

    private static Optional<Integer> number(String format) {
        try {
            int number = Integer.parseInt(format);
            return number >= 0 && number <= 127 ? Optional.of(number) : Optional.empty();
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    Stream<String> lines() {
        return Stream.of(
                        Stream.of("m=" + kind + " " + port + " " + protocol + " " + String.join(" ", formats)),
                        Stream.ofNullable(connection).map(Connection::line),
                        attributes.stream().map(Attribute::line))
                .flatMap(lines -> lines);
    }

    @Override
    public String toString() {
        return kind + ":" + port;
    }
}
