package dev.callbridge.testkit;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.bouncycastle.tls.SRTPProtectionProfile;
import org.jitsi.srtp.SrtcpCryptoContext;
import org.jitsi.srtp.SrtpContextFactory;
import org.jitsi.srtp.SrtpCryptoContext;
import org.jitsi.srtp.SrtpErrorStatus;
import org.jitsi.srtp.SrtpPolicy;
import org.jitsi.utils.ByteArrayBuffer;
import org.jitsi.utils.logging2.LoggerImpl;
import org.jspecify.annotations.Nullable;

/// The keys of a [WebRtcPeer] (RFC 5764 §4.2), for RTP and RTCP. Used on one thread.
final class SrtpPeer {

    static final int AES_CM_80 = SRTPProtectionProfile.SRTP_AES128_CM_HMAC_SHA1_80;
    static final int AES_GCM = SRTPProtectionProfile.SRTP_AEAD_AES_128_GCM;

    private static final int KEY = 16;
    private static final int ROOM = 64;
    private static final LoggerImpl QUIET = new LoggerImpl("org.jitsi.srtp");

    private final SrtpContextFactory incoming;
    private final SrtpContextFactory outgoing;
    private final Map<Integer, SrtpCryptoContext> sent = new HashMap<>();
    private final Map<Integer, SrtpCryptoContext> heard = new HashMap<>();
    private final Map<Integer, SrtcpCryptoContext> sentReports = new HashMap<>();
    private final Map<Integer, SrtcpCryptoContext> heardReports = new HashMap<>();

    /// @param material client key, server key, client salt, server salt
    SrtpPeer(int profile, byte[] material, boolean client) {
        int salt = salt(profile);
        byte[] clientKey = Arrays.copyOfRange(material, 0, KEY);
        byte[] serverKey = Arrays.copyOfRange(material, KEY, 2 * KEY);
        byte[] clientSalt = Arrays.copyOfRange(material, 2 * KEY, 2 * KEY + salt);
        byte[] serverSalt = Arrays.copyOfRange(material, 2 * KEY + salt, 2 * KEY + 2 * salt);
        var clients = new SrtpContextFactory(client, clientKey, clientSalt, policy(profile), policy(profile), QUIET);
        var servers = new SrtpContextFactory(!client, serverKey, serverSalt, policy(profile), policy(profile), QUIET);
        outgoing = client ? clients : servers;
        incoming = client ? servers : clients;
    }

    static int materialLength(int profile) {
        return 2 * (KEY + salt(profile));
    }

    private static int salt(int profile) {
        return profile == AES_GCM ? 12 : 14;
    }

    private static SrtpPolicy policy(int profile) {
        return profile == AES_GCM
                ? new SrtpPolicy(SrtpPolicy.AESGCM_ENCRYPTION, KEY, SrtpPolicy.NULL_AUTHENTICATION, 0, 16, 12)
                : new SrtpPolicy(SrtpPolicy.AESCM_ENCRYPTION, KEY, SrtpPolicy.HMACSHA1_AUTHENTICATION, 20, 10, 14);
    }

    byte[] protect(byte[] rtp, int ssrc) {
        try {
            var packet = new Packet(rtp);
            sent.computeIfAbsent(ssrc, known -> context(outgoing, known)).transformPacket(packet);
            return packet.bytes();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// @return null if the packet is not genuine
    byte @Nullable [] unprotect(byte[] srtp, int ssrc) {
        try {
            var packet = new Packet(srtp);
            var context = heard.computeIfAbsent(ssrc, known -> context(incoming, known));
            return context.reverseTransformPacket(packet, false) == SrtpErrorStatus.OK ? packet.bytes() : null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] protectReport(byte[] rtcp, int ssrc) {
        try {
            var packet = new Packet(rtcp);
            sentReports.computeIfAbsent(ssrc, known -> reports(outgoing, known)).transformPacket(packet);
            return packet.bytes();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// @return null if the packet is not genuine
    byte @Nullable [] unprotectReport(byte[] srtcp, int ssrc) {
        try {
            var packet = new Packet(srtcp);
            var context = heardReports.computeIfAbsent(ssrc, known -> reports(incoming, known));
            return context.reverseTransformPacket(packet) == SrtpErrorStatus.OK ? packet.bytes() : null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SrtpCryptoContext context(SrtpContextFactory factory, int ssrc) {
        try {
            return factory.deriveContext(ssrc, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SrtcpCryptoContext reports(SrtpContextFactory factory, int ssrc) {
        try {
            return factory.deriveControlContext(ssrc);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A packet with room to grow, as jitsi-srtp wants to see it.
    private static final class Packet implements ByteArrayBuffer {

        private final byte[] buffer;
        private int offset;
        private int length;

        private Packet(byte[] content) {
            buffer = Arrays.copyOf(content, content.length + ROOM);
            length = content.length;
        }

        private byte[] bytes() {
            return Arrays.copyOfRange(buffer, offset, offset + length);
        }

        @Override
        public byte[] getBuffer() {
            return buffer;
        }

        @Override
        public int getOffset() {
            return offset;
        }

        @Override
        public int getLength() {
            return length;
        }

        @Override
        public void setLength(int newLength) {
            length = newLength;
        }

        @Override
        public void setOffset(int newOffset) {
            offset = newOffset;
        }

        @Override
        public boolean isInvalid() {
            return false;
        }

        @Override
        public void readRegionToBuff(int from, int count, byte[] target) {
            System.arraycopy(buffer, offset + from, target, 0, count);
        }

        @Override
        public void grow(int by) {
            // There is room.
        }

        @Override
        public void append(byte[] data, int count) {
            System.arraycopy(data, 0, buffer, offset + length, count);
            length += count;
        }

        @Override
        public void shrink(int by) {
            length -= by;
        }
    }
}
