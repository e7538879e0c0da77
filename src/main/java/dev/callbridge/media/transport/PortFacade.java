package dev.callbridge.media.transport;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import org.ice4j.TransportAddress;

/// A socket that knows an address and does nothing.
final class PortFacade extends DatagramSocket {

    private final TransportAddress address;

    PortFacade(TransportAddress address) throws SocketException {
        super((SocketAddress) null);
        this.address = address;
    }

    @Override
    public InetAddress getLocalAddress() {
        return address.getAddress();
    }

    @Override
    public int getLocalPort() {
        return address.getPort();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return address;
    }
}
