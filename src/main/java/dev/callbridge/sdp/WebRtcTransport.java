package dev.callbridge.sdp;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What one side of a WebRTC call says about how to reach and trust it: ICE credentials (RFC 8839) and its DTLS
/// certificate and role (RFC 8842).
///
/// @param fingerprint SHA-256 of the certificate, in upper-case pairs of hex digits with colons
/// @param setup `active`: it opens the handshake; `passive`: we do; `actpass` in an offer: whoever answers chooses
public record WebRtcTransport(String ufrag, String password, String fingerprint, Setup setup) {

    /// Who opens the DTLS handshake (RFC 4145 §4).
    public enum Setup {
        ACTPASS,
        ACTIVE,
        PASSIVE;

        /// What an answer says to this: active unless the offer insists on that itself (RFC 8842 §5.3).
        Setup answered() {
            return this == ACTIVE ? PASSIVE : ACTIVE;
        }

        static @Nullable Setup named(String name) {
            return switch (name.toLowerCase(Locale.ROOT)) {
                case "actpass" -> ACTPASS;
                case "active" -> ACTIVE;
                case "passive" -> PASSIVE;
                default -> null;
            };
        }

        String attribute() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// @return empty if the audio section lacks one of them, or its certificate is named by another hash
    public static Optional<WebRtcTransport> of(SessionDescription session) {
        return session.audio().flatMap(audio -> of(session, audio));
    }

    private static Optional<WebRtcTransport> of(SessionDescription session, MediaDescription audio) {
        String ufrag = session.value(audio, "ice-ufrag").orElse(null);
        String password = session.value(audio, "ice-pwd").orElse(null);
        String fingerprint = session.values(audio, "fingerprint")
                .filter(value -> value.toLowerCase(Locale.ROOT).startsWith("sha-256 "))
                .map(value -> value.substring(8).strip().toUpperCase(Locale.ROOT))
                .findFirst()
                .orElse(null);
        Setup setup = Setup.named(session.value(audio, "setup").orElse("actpass"));
        if (ufrag == null || password == null || fingerprint == null || setup == null) {
            return Optional.empty();
        }
        return Optional.of(new WebRtcTransport(ufrag, password, fingerprint, setup))
                .filter(_ -> SessionDescription.isWebRtc(audio));
    }

    @Override
    public String toString() {
        return "WebRtcTransport[" + setup + "]";
    }
}
