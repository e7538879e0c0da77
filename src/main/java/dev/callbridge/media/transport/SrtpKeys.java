package dev.callbridge.media.transport;

import dev.callbridge.sdp.Crypto;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.bouncycastle.tls.SRTPProtectionProfile;
import org.jitsi.srtp.SrtpPolicy;

/// What was agreed on for SRTP, by DTLS (RFC 5764 §4.2) or in the descriptions (RFC 4568).
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

    /// @param ours what we send with
    /// @param theirs of the same suite
    static SrtpKeys of(Crypto ours, Crypto theirs) {
        int profile = switch (ours.suite()) {
            case AES_CM_128_HMAC_SHA1_80 -> SRTPProtectionProfile.SRTP_AES128_CM_HMAC_SHA1_80;
            case AES_CM_128_HMAC_SHA1_32 -> SRTPProtectionProfile.SRTP_AES128_CM_HMAC_SHA1_32;
        };
        int salt = Crypto.KEY_LENGTH - KEY;
        byte[] material = ByteBuffer.allocate(materialLength(profile))
                .put(ours.bytes(), 0, KEY)
                .put(theirs.bytes(), 0, KEY)
                .put(ours.bytes(), KEY, salt)
                .put(theirs.bytes(), KEY, salt)
                .array();
        return new SrtpKeys(profile, material, true);
    }

    /// What DTLS may agree on, best liked first.
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
        return policy(profile == SRTPProtectionProfile.SRTP_AES128_CM_HMAC_SHA1_32 ? 4 : 10);
    }

    /// For RTCP, whose tag is never shortened (RFC 4568 §6.2).
    SrtpPolicy controlPolicy() {
        return policy(10);
    }

    private SrtpPolicy policy(int tag) {
        return gcm(profile)
                ? new SrtpPolicy(SrtpPolicy.AESGCM_ENCRYPTION, KEY, SrtpPolicy.NULL_AUTHENTICATION, 0, 16, 12)
                : new SrtpPolicy(SrtpPolicy.AESCM_ENCRYPTION, KEY, SrtpPolicy.HMACSHA1_AUTHENTICATION, 20, tag, 14);
    }

    @Override
    public String toString() {
        return "SrtpKeys[profile " + profile + "]";
    }
}
