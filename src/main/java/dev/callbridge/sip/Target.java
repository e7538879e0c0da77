package dev.callbridge.sip;

import gov.nist.javax.sip.stack.HopImpl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import javax.sip.address.Hop;

/// One server of a trunk: what its name, or a SRV record of its name, led to (RFC 3263).
record Target(InetAddress address, int port, Transport transport) {

    InetSocketAddress socketAddress() {
        return new InetSocketAddress(address, port);
    }

    /// As the stack takes it.
    Hop hop() {
        return new HopImpl(address.getHostAddress(), port, transport.token());
    }

    @Override
    public String toString() {
        return Outlet.inUri(address) + ":" + port;
    }
}
