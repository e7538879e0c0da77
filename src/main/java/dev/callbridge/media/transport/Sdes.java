package dev.callbridge.media.transport;

import dev.callbridge.bridge.MediaProfile.Srtp;
import dev.callbridge.sdp.Crypto;
import dev.callbridge.sdp.MediaDescription;
import dev.callbridge.sdp.SessionDescription;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The keys of one leg to a trunk, as the descriptions carry them (RFC 4568). Of the call's thread.
final class Sdes {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Srtp setting;
    private List<Crypto> offered = List.of();
    private boolean settled;
    private Agreed agreed = new Agreed(null, null);

    /// @param ours what we send with; null: nothing is encrypted
    /// @param theirs what they send with
    record Agreed(@Nullable Crypto ours, @Nullable Crypto theirs) {

        /// Whether packets of ours are protected just as `before`.
        boolean sendsLike(Agreed before) {
            return same(ours, before.ours);
        }

        boolean receivesLike(Agreed before) {
            return same(theirs, before.theirs);
        }

        private static boolean same(@Nullable Crypto one, @Nullable Crypto other) {
            if (one == null || other == null) {
                return one == null && other == null;
            }
            return one.suite() == other.suite() && Objects.equals(one.key(), other.key());
        }
    }

    Sdes(Srtp setting) {
        this.setting = setting;
    }

    boolean insisting() {
        return setting == Srtp.REQUIRED;
    }

    /// Whether `description` encrypts as it has to, or leaves it where it may.
    boolean fits(SessionDescription description) {
        return description.audio().map(this::fits).orElse(false);
    }

    private boolean fits(MediaDescription audio) {
        return switch (audio.protocol().toUpperCase(Locale.ROOT)) {
            case "RTP/AVP", "RTP/AVPF" -> setting != Srtp.REQUIRED || hasKeys(audio);
            case "RTP/SAVP", "RTP/SAVPF" -> setting != Srtp.OFF && hasKeys(audio);
            default -> false;
        };
    }

    private static boolean hasKeys(MediaDescription audio) {
        return !Crypto.of(audio).isEmpty();
    }

    /// The keys for an offer of ours: at first one for each suite, later the one in use.
    List<Crypto> forOffer() {
        if (settled) {
            return forAnswer();
        }
        if (offered.isEmpty() && setting != Srtp.OFF) {
            offered = List.of(
                    fresh(1, Crypto.Suite.AES_CM_128_HMAC_SHA1_80), fresh(2, Crypto.Suite.AES_CM_128_HMAC_SHA1_32));
        }
        return offered;
    }

    /// The key for our answer to the offer that was met last.
    List<Crypto> forAnswer() {
        return agreed.ours == null ? List.of() : List.of(agreed.ours);
    }

    /// What comes of a description of the peer.
    ///
    /// @return empty if it can't be
    Optional<Agreed> read(SessionDescription description, boolean answered) {
        if (!answered && !fits(description)) {
            return Optional.empty();
        }
        List<Crypto> lines = setting == Srtp.OFF
                ? List.of()
                : description.audio().map(Crypto::of).orElse(List.of());
        Optional<Agreed> chosen = lines.stream()
                .flatMap(theirs -> ours(theirs, answered).map(ours -> new Agreed(ours, theirs)).stream())
                .findFirst();
        return chosen.isPresent() || setting == Srtp.REQUIRED ? chosen : Optional.of(new Agreed(null, null));
    }

    /// An answer has to take what was offered; an offer is answered with the key that is in use already, if it fits.
    private Optional<Crypto> ours(Crypto theirs, boolean answered) {
        Crypto current = agreed.ours;
        if (answered) {
            List<Crypto> ours = settled ? forAnswer() : offered;
            return ours.stream().filter(line -> line.suite() == theirs.suite()).findFirst();
        }
        return Optional.of(
                current != null && current.suite() == theirs.suite()
                        ? new Crypto(theirs.tag(), theirs.suite(), current.key())
                        : fresh(theirs.tag(), theirs.suite()));
    }

    void settle(Agreed now) {
        settled = true;
        agreed = now;
    }

    Agreed agreed() {
        return agreed;
    }

    private static Crypto fresh(int tag, Crypto.Suite suite) {
        byte[] key = new byte[Crypto.KEY_LENGTH];
        RANDOM.nextBytes(key);
        return new Crypto(tag, suite, Base64.getEncoder().encodeToString(key));
    }
}
