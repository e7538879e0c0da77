package dev.callbridge.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a server does with credentials: computes the same from what it knows (RFC 7616 §3.4.1).
public final class DigestCheck {

    private DigestCheck() {}

    public static void holds(String header, String user, String password, String method) {
        assertThat(value(header, "username")).isEqualTo(user);
        String algorithm = value(header, "algorithm");
        String secret = hash(algorithm, user + ":" + value(header, "realm") + ":" + password);
        String nonce = value(header, "nonce");
        if (algorithm.endsWith("-sess")) {
            secret = hash(algorithm, secret + ":" + nonce + ":" + value(header, "cnonce"));
        }
        String request = hash(algorithm, method + ":" + value(header, "uri"));
        String middle = nonce + ":" + value(header, "nc") + ":" + value(header, "cnonce") + ":" + value(header, "qop");
        assertThat(value(header, "response")).isEqualTo(hash(algorithm, secret + ":" + middle + ":" + request));
    }

    private static String value(String header, String name) {
        Matcher matcher = Pattern.compile("[ ,]" + name + "=\"?([^\",]*)").matcher(header);
        assertThat(matcher.find()).as("%s in %s", name, header).isTrue();
        return matcher.group(1);
    }

    private static String hash(String algorithm, String text) {
        try {
            String name = algorithm.startsWith("SHA") ? "SHA-256" : "MD5";
            byte[] digest = MessageDigest.getInstance(name).digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
