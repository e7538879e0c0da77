package dev.callbridge.media.transport;

import dev.callbridge.media.rtp.RtpPacket;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import org.jitsi.srtp.SrtcpCryptoContext;
import org.jitsi.srtp.SrtpContextFactory;
import org.jitsi.srtp.SrtpCryptoContext;
import org.jitsi.srtp.SrtpErrorStatus;
import org.jitsi.srtp.SrtpPolicy;
import org.jitsi.utils.ByteArrayBuffer;
import org.jitsi.utils.logging2.LoggerImpl;

/// Protects what we send on one leg and checks what comes (RFC 3711), in place. Belongs to the shard's thread.
final class SrtpTransform {

    /// A peer has one source at a time. A browser has another one when it restarts its stream, a PBX may have one for
    /// each hold. None is forgotten, or its packets could be played again.
    private static final int MAX_SOURCES = 64;

    private static final LoggerImpl JITSI = new LoggerImpl("org.jitsi.srtp");

    private record Source(int ssrc, SrtpCryptoContext context) {}

    private record ControlSource(int ssrc, SrtcpCryptoContext context) {}

    private final SrtpContextFactory incoming;
    private final SrtpContextFactory outgoing;
    private final SrtpCryptoContext sender;
    private final SrtcpCryptoContext controlSender;
    private final List<Source> sources = new ArrayList<>();
    private final List<ControlSource> controlSources = new ArrayList<>();
    private final View view = new View();
    private long refused;

    /// @param ssrc the one that we send with
    SrtpTransform(SrtpKeys keys, int ssrc) {
        SrtpPolicy policy = keys.policy();
        // What comes out of order goes out of order; repeats were dropped before.
        policy.setSendReplayEnabled(false);
        SrtpPolicy control = keys.controlPolicy();
        outgoing = new SrtpContextFactory(true, keys.localKey(), keys.localSalt(), policy, control, JITSI);
        incoming = new SrtpContextFactory(false, keys.remoteKey(), keys.remoteSalt(), policy, control, JITSI);
        try {
            sender = outgoing.deriveContext(ssrc, 0);
            controlSender = outgoing.deriveControlContext(ssrc);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SRTP can't be set up", e);
        }
    }

    /// @return false if the packet must not be sent
    boolean protect(RtpPacket packet) {
        try {
            view.packet = packet;
            return sender.transformPacket(view) == SrtpErrorStatus.OK;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SRTP can't protect", e);
        }
    }

    /// @return false if the packet is forged, repeated, or from one source too many
    boolean unprotect(RtpPacket packet) {
        try {
            boolean genuine = check(packet);
            if (!genuine) {
                refused++;
            }
            return genuine;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SRTP can't check", e);
        }
    }

    private boolean check(RtpPacket packet) throws GeneralSecurityException {
        int ssrc = packet.ssrc();
        view.packet = packet;
        for (int i = 0; i < sources.size(); i++) {
            Source source = sources.get(i);
            if (source.ssrc() == ssrc) {
                return source.context().reverseTransformPacket(view, false) == SrtpErrorStatus.OK;
            }
        }
        if (sources.size() == MAX_SOURCES) {
            return false;
        }
        // A source that can't prove itself with its first packet leaves nothing behind.
        SrtpCryptoContext context = incoming.deriveContext(ssrc, 0);
        if (context.reverseTransformPacket(view, false) != SrtpErrorStatus.OK) {
            return false;
        }
        sources.add(new Source(ssrc, context));
        return true;
    }

    /// @return false if the RTCP packet must not be sent
    boolean protectControl(RtpPacket packet) {
        try {
            view.packet = packet;
            return controlSender.transformPacket(view) == SrtpErrorStatus.OK;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SRTCP can't protect", e);
        }
    }

    /// @param packet that is RTCP
    /// @return false if it is forged, repeated, or from one source too many
    boolean unprotectControl(RtpPacket packet) {
        try {
            boolean genuine = checkControl(packet);
            if (!genuine) {
                refused++;
            }
            return genuine;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SRTCP can't check", e);
        }
    }

    private boolean checkControl(RtpPacket packet) throws GeneralSecurityException {
        int ssrc = packet.controlSource();
        view.packet = packet;
        for (int i = 0; i < controlSources.size(); i++) {
            ControlSource source = controlSources.get(i);
            if (source.ssrc() == ssrc) {
                return source.context().reverseTransformPacket(view) == SrtpErrorStatus.OK;
            }
        }
        if (controlSources.size() == MAX_SOURCES) {
            return false;
        }
        SrtcpCryptoContext context = incoming.deriveControlContext(ssrc);
        if (context.reverseTransformPacket(view) != SrtpErrorStatus.OK) {
            return false;
        }
        controlSources.add(new ControlSource(ssrc, context));
        return true;
    }

    /// How many packets did not pass the check.
    long refused() {
        return refused;
    }

    void close() {
        incoming.close();
        outgoing.close();
    }

    /// A packet as jitsi-srtp wants to see it.
    private static final class View implements ByteArrayBuffer {

        private RtpPacket packet = new RtpPacket();

        @Override
        public byte[] getBuffer() {
            return packet.bytes();
        }

        @Override
        public int getOffset() {
            return packet.offset();
        }

        @Override
        public int getLength() {
            return packet.length();
        }

        @Override
        public void setLength(int length) {
            packet.moved(packet.offset(), length);
        }

        @Override
        public void setOffset(int offset) {
            packet.moved(offset, packet.length());
        }

        @Override
        public boolean isInvalid() {
            return false;
        }

        @Override
        public void readRegionToBuff(int offset, int length, byte[] target) {
            System.arraycopy(packet.bytes(), packet.offset() + offset, target, 0, length);
        }

        @Override
        public void grow(int by) {
            if (packet.offset() + packet.length() + by > packet.bytes().length) {
                throw new IllegalArgumentException("no room for " + by + " more bytes");
            }
        }

        @Override
        public void append(byte[] data, int length) {
            System.arraycopy(data, 0, packet.bytes(), packet.offset() + packet.length(), length);
            packet.moved(packet.offset(), packet.length() + length);
        }

        @Override
        public void shrink(int by) {
            packet.moved(packet.offset(), packet.length() - by);
        }
    }
}
