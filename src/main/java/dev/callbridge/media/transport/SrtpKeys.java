package dev.callbridge.media.transport;

import java.util.Arrays;
import org.bouncycastle.tls.SRTPProtectionProfile;
import org.jitsi.srtp.SrtpPolicy;

/// What the DTLS handshake agreed on for SRTP (RFC 5764 §4.2).
final class SrtpKeys {

    private static final int KEY = 16;

    private final int profile;
    private final byte[] material;
    private final boolean client;

    /// @param profile a number from the IANA registry of DTLS-SRTP protection profiles
    /// @param material client key, server key, client salt, server salt
    /// @param client whether we were the DTLS client
    SrtpKeys(int profile, byte[] material, boolean client) {
        this.profile = profile;
        this.material = material.clone();
        this.client = client;
    }

    /// What we support, best liked first.
    static int[] profiles() {
        return new int[] {SRTPProtectionProfile.SRTP_AEAD_AES_128_GCM, SRTPProtectionProfile.SRTP_AES128_CM_HMAC_SHA1_80
        };
    }

    private static boolean gcm(int profile) {
        return profile == SRTPProtectionProfile.SRTP_AEAD_AES_128_GCM;
    }

    private static int salt(int profile) {
        return gcm(profile) ? 12 : 14;
    }

    /// How many bytes the exporter has to give.
    static int materialLength(int profile) {
        return 2 * (KEY + salt(profile));
    }

    byte[] localKey() {
        return slice(client ? 0 : KEY, KEY);
    }

    byte[] remoteKey() {
        return slice(client ? KEY : 0, KEY);
    }

    byte[] localSalt() {
        return slice(2 * KEY + (client ? 0 : salt(profile)), salt(profile));
    }

    byte[] remoteSalt() {
        return slice(2 * KEY + (client ? salt(profile) : 0), salt(profile));
    }

    private byte[] slice(int from, int length) {
        return Arrays.copyOfRange(material, from, from + length);
    }

    SrtpPolicy policy() {
        return gcm(profile)
                ? new SrtpPolicy(SrtpPolicy.AESGCM_ENCRYPTION, KEY, SrtpPolicy.NULL_AUTHENTICATION, 0, 16, 12)
                : new SrtpPolicy(SrtpPolicy.AESCM_ENCRYPTION, KEY, SrtpPolicy.HMACSHA1_AUTHENTICATION, 20, 10, 14);
    }

    @Override
    public String toString() {
        return "SrtpKeys[profile " + profile + "]";
    }
}
