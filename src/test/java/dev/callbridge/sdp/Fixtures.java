package dev.callbridge.sdp;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Descriptions that real clients sent.
public final class Fixtures {

    private Fixtures() {}

    public static String text(String name) {
        try (var stream = requireNonNull(Fixtures.class.getResourceAsStream("/sdp/" + name), name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SessionDescription read(String name) {
        return parsed(text(name));
    }

    static SessionDescription parsed(String text) {
        try {
            return SessionDescription.parse(text);
        } catch (SdpException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
