package dev.callbridge.media.transport;

import dev.callbridge.media.rtp.RtpPacket;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.ice4j.TransportAddress;

/// Where connectivity checks, DTLS and media of WebRTC legs come in and leave.
sealed interface IcePort permits WebRtcPort, RelayPort {

    /// As peers see it.
    TransportAddress address();

    /// ice4j asks a socket for its address and sees by it that this is UDP; nothing else is done with it.
    DatagramSocket facade();

    /// From any thread; for STUN and DTLS.
    void send(byte[] data, int offset, int length, SocketAddress to) throws IOException;

    /// On the shard's thread; for media.
    void send(RtpPacket packet, InetSocketAddress to);

    /// Whose the addresses are that come in here. On the shard's thread.
    Partners partners();
}
