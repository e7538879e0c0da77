package dev.callbridge.sdp;

import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// An `a=crypto` line: the key that its writer sends with (SDES, RFC 4568).
///
/// @param tag which of the lines of an offer this is, or answers
/// @param key master key and salt, in base64
public record Crypto(int tag, Suite suite, String key) {

    /// How packets are protected (RFC 4568 §6.2). AES in counter mode, 128 bits.
    public enum Suite {
        AES_CM_128_HMAC_SHA1_80,
        AES_CM_128_HMAC_SHA1_32
    }

    /// Of master key and salt together, in bytes.
    public static final int KEY_LENGTH = 30;

    private static final String INLINE = "inline:";

    /// The lines of an audio section that we understand, in its order. A lifetime is not kept: no call lasts so long.
    /// Keys with an identifier (MKI) or parameters of their own are left out, as nobody sends them without need.
    public static List<Crypto> of(MediaDescription audio) {
        return audio.values("crypto").flatMap(value -> parse(value).stream()).toList();
    }

    private static Optional<Crypto> parse(String value) {
        String[] words = value.strip().split("\\s+", -1);
        if (words.length != 3 || !words[2].toLowerCase(Locale.ROOT).startsWith(INLINE)) {
            return Optional.empty();
        }
        String[] parameters = words[2].substring(INLINE.length()).split("\\|", -1);
        boolean identified = parameters.length > 2 || (parameters.length == 2 && parameters[1].contains(":"));
        try {
            Suite suite = Suite.valueOf(words[1].toUpperCase(Locale.ROOT));
            var crypto = new Crypto(Integer.parseInt(words[0]), suite, parameters[0]);
            return !identified && crypto.bytes().length == KEY_LENGTH ? Optional.of(crypto) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// Master key and salt, one after the other.
    public byte[] bytes() {
        return Base64.getDecoder().decode(key);
    }

    Attribute attribute() {
        return Attribute.of("crypto", tag + " " + suite + " " + INLINE + key);
    }

    /// Without the key.
    @Override
    public String toString() {
        return "Crypto[" + tag + " " + suite + "]";
    }
}
