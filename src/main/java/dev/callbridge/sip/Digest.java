package dev.callbridge.sip;

import dev.callbridge.sip.leg.Challenge;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/// Digest access authentication (RFC 7616, RFC 8760): MD5 and SHA-256, with or without `-sess`, `qop=auth` or none.
final class Digest {

    private Digest() {}

    static boolean supports(Challenge challenge) {
        boolean qop = challenge.qop().isEmpty() || challenge.qop().stream().anyMatch("auth"::equalsIgnoreCase);
        return qop && strength(challenge.algorithm()) > 0;
    }

    /// The more, the better; 0: unknown.
    static int strength(String algorithm) {
        return switch (algorithm.toUpperCase(Locale.ROOT)) {
            case "MD5", "MD5-SESS" -> 1;
            case "SHA-256", "SHA-256-SESS" -> 2;
            default -> 0;
        };
    }

    /// The value of an Authorization header.
    ///
    /// @param nonceCount how often this nonce has been used, this time included
    /// @param clientNonce fresh random text
    static String answer(
            Challenge challenge, Credentials login, String method, String uri, int nonceCount, String clientNonce) {
        boolean session = challenge.algorithm().toUpperCase(Locale.ROOT).endsWith("-SESS");
        String count = String.format("%08x", nonceCount);
        String secret = hash(challenge, login.user() + ":" + challenge.realm() + ":" + login.password());
        if (session) {
            secret = hash(challenge, secret + ":" + challenge.nonce() + ":" + clientNonce);
        }
        String request = hash(challenge, method + ":" + uri);
        boolean protectedBy = !challenge.qop().isEmpty();
        String middle = protectedBy ? challenge.nonce() + ":" + count + ":" + clientNonce + ":auth" : challenge.nonce();
        var value = new StringBuilder("Digest username=").append(SipText.quoted(login.user()));
        value.append(", realm=\"").append(challenge.realm());
        value.append("\", nonce=\"").append(challenge.nonce());
        value.append("\", uri=\"").append(uri);
        value.append("\", response=\"").append(hash(challenge, secret + ":" + middle + ":" + request));
        value.append("\", algorithm=").append(challenge.algorithm());
        if (protectedBy || session) {
            value.append(", cnonce=\"").append(clientNonce).append('"');
        }
        if (protectedBy) {
            value.append(", qop=auth, nc=").append(count);
        }
        if (!challenge.opaque().isEmpty()) {
            value.append(", opaque=\"").append(challenge.opaque()).append('"');
        }
        return value.toString();
    }

    private static String hash(Challenge challenge, String text) {
        String algorithm = strength(challenge.algorithm()) == 2 ? "SHA-256" : "MD5";
        try {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
