package dev.callbridge.media.transport;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;

/// Opens sockets.
final class Udp {

    private Udp() {}

    /// @param local port 0: any
    /// @throws IOException if the port is not free, or the address not ours
    static DatagramChannel bound(InetSocketAddress local) throws IOException {
        DatagramChannel channel = DatagramChannel.open(
                local.getAddress() instanceof Inet6Address
                        ? StandardProtocolFamily.INET6
                        : StandardProtocolFamily.INET);
        try {
            return channel.bind(local);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }
}
