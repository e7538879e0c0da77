package dev.callbridge.sdp;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A session description (RFC 8866). Lines that offer and answer don't need are not kept.
///
/// @param connection the `c=` line of the session, for media that have none
/// @param attributes those of the session
public record SessionDescription(
        Origin origin, @Nullable Connection connection, List<Attribute> attributes, List<MediaDescription> media) {

    public SessionDescription {
        attributes = List.copyOf(attributes);
        media = List.copyOf(media);
    }

    /// Reads what is in the field: bare line feeds, no final line end, unknown lines, upper and lower case.
    ///
    /// @throws SdpException if the text is no session description, or too long for an honest one
    public static SessionDescription parse(String text) throws SdpException {
        return new SdpParser(text).parse();
    }

    /// The first audio section that is not refused.
    public Optional<MediaDescription> audio() {
        return media.stream()
                .filter(section -> section.isAudio() && section.port() != 0)
                .findFirst();
    }

    /// Where audio is wanted, as far as the description itself says it.
    public Optional<Connection> audioConnection() {
        return audio().map(section -> section.connection() == null ? connection : section.connection());
    }

    /// The port where audio is wanted; 9 in descriptions that leave it to ICE.
    public Optional<Integer> audioPort() {
        return audio().map(MediaDescription::port);
    }

    /// Which ways audio flows; an unspecified address means that nothing is to be sent there (RFC 3264 §8.4).
    public Optional<Direction> audioDirection() {
        return audio().map(section -> {
            Direction written = direction(section.attributes())
                    .or(() -> direction(attributes))
                    .orElse(Direction.SENDRECV);
            boolean held = !isWebRtc(section)
                    && audioConnection().filter(Connection::unspecified).isPresent();
            return held ? written.and(Direction.SENDONLY) : written;
        });
    }

    /// The id of the media stream that the audio belongs to (RFC 8830), said in either of the two ways in use.
    public Optional<String> streamId() {
        return audio().flatMap(section -> section.value("msid")
                        .or(() -> section.values("ssrc")
                                .filter(value -> value.contains(" msid:"))
                                .map(value -> value.substring(value.indexOf(" msid:") + 6))
                                .findFirst()))
                .map(msid -> msid.strip().split("\\s+", -1)[0])
                .filter(id -> !id.isEmpty());
    }

    /// What `section` says, or else the session for all its sections.
    Optional<String> value(MediaDescription section, String name) {
        return values(section, name).findFirst();
    }

    Stream<String> values(MediaDescription section, String name) {
        Stream<String> ofSession = attributes.stream()
                .filter(attribute -> attribute.named(name))
                .flatMap(attribute -> Stream.ofNullable(attribute.value()));
        return Stream.concat(section.values(name), ofSession);
    }

    static boolean isWebRtc(MediaDescription section) {
        return section.protocol().toUpperCase(Locale.ROOT).contains("TLS/RTP/SAVP");
    }

    private static Optional<Direction> direction(List<Attribute> attributes) {
        return attributes.stream()
                .flatMap(attribute -> Direction.named(attribute.name()).stream())
                .findFirst();
    }

    /// This as the description that comes after `previous` in the same session: one version on if it says anything
    /// else, and the same if it does not (RFC 3264 §8).
    public SessionDescription following(SessionDescription previous) {
        var same = new SessionDescription(previous.origin(), connection, attributes, media);
        return same.equals(previous)
                ? previous
                : new SessionDescription(previous.origin().next(), connection, attributes, media);
    }

    /// As it is sent: every line, the last one too, ends with CRLF.
    public String text() {
        Stream<String> head = Stream.of(
                        Stream.of("v=0", origin.line(), "s=-"),
                        Stream.ofNullable(connection).map(Connection::line),
                        Stream.of("t=0 0"),
                        attributes.stream().map(Attribute::line))
                .flatMap(lines -> lines);
        return Stream.concat(head, media.stream().flatMap(MediaDescription::lines))
                .collect(Collectors.joining("\r\n", "", "\r\n"));
    }

    /// Fit for a log: no addresses, no keys.
    @Override
    public String toString() {
        return "SessionDescription" + media;
    }
}
