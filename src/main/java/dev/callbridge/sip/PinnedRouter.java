package dev.callbridge.sip;

import dev.callbridge.bridge.Addresses;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.stack.HopImpl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.ListIterator;
import javax.sip.SipException;
import javax.sip.SipStack;
import javax.sip.address.Hop;
import javax.sip.address.Router;
import javax.sip.address.SipURI;
import javax.sip.header.RouteHeader;
import javax.sip.message.Request;
import org.jspecify.annotations.Nullable;

/// Sends a request where it was pinned to, and otherwise where its route or its URI points (RFC 3261 §8.1.2).
public final class PinnedRouter implements Router {

    /// As the stack calls it.
    public PinnedRouter(SipStack stack, @Nullable String outboundProxy) {}

    static void pin(Request request, Hop hop) {
        ((SIPRequest) request).setApplicationData(hop);
    }

    @Override
    public Hop getNextHop(Request request) throws SipException {
        if (((SIPRequest) request).getApplicationData() instanceof Hop pinned) {
            return pinned;
        }
        return hopOf(request, Transport.UDP);
    }

    /// @param otherwise the transport when the URI names none
    static Hop hopOf(Request request, Transport otherwise) throws SipException {
        var route = (RouteHeader) request.getHeader("Route");
        var uri = route == null ? request.getRequestURI() : route.getAddress().getURI();
        if (!(uri instanceof SipURI sip)) {
            throw new SipException("nowhere to send a request to");
        }
        String named = sip.getTransportParam();
        Transport transport = sip.isSecure() ? Transport.TLS : named == null ? otherwise : Transport.of(named);
        int port = sip.getPort() > 0 ? sip.getPort() : transport.defaultPort();
        return new HopImpl(sip.getMAddrParam() == null ? sip.getHost() : sip.getMAddrParam(), port, transport.token());
    }

    /// `named`, unless that is in a private network and the peer's messages come from outside of it: it is behind NAT
    /// then and doesn't know, and is reached where its messages come from.
    static Hop reachable(Hop named, InetSocketAddress source) {
        if (Addresses.isPrivate(source.getAddress()) || !isPrivate(named.getHost())) {
            return named;
        }
        return new HopImpl(Outlet.inUri(source.getAddress()), source.getPort(), named.getTransport());
    }

    private static boolean isPrivate(String host) {
        String bare = host.replace("[", "").replace("]", "");
        try {
            return AddressRange.isLiteral(bare) && Addresses.isPrivate(InetAddress.ofLiteral(bare));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    @Override
    public @Nullable Hop getOutboundProxy() {
        return null;
    }

    @Override
    @SuppressWarnings("deprecation")
    public ListIterator<Hop> getNextHops(Request request) {
        return Collections.emptyListIterator();
    }
}
