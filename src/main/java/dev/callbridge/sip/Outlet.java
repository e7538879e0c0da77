package dev.callbridge.sip;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import javax.sip.SipProvider;
import org.jspecify.annotations.Nullable;

/// One of our listening addresses as seen on the way to some peer.
///
/// @param provider the stack's object for it
/// @param local our address on the way there: where media sockets are bound
/// @param host how the peer reaches us, as it stands in a URI: the public address, the one it sees, or `local`
/// @param port where we listen, or where the peer sees us
/// @param seen the address under which the peer sees us through NAT; null: no other than ours, or than was set
record Outlet(
        SipProvider provider,
        InetAddress local,
        String host,
        int port,
        @Nullable InetAddress seen) {

    /// The address from which packets to `peer` leave this machine. Sends nothing.
    static InetAddress towards(InetAddress peer) {
        try (var socket = new DatagramSocket()) {
            socket.connect(peer, 5060);
            return socket.getLocalAddress();
        } catch (SocketException _) {
            return peer.isLoopbackAddress() ? peer : InetAddress.getLoopbackAddress();
        }
    }

    static String inUri(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        String bare = scope < 0 ? text : text.substring(0, scope);
        return bare.contains(":") ? "[" + bare + "]" : bare;
    }

    /// Where we are called back, with the user part of whoever we speak for.
    String contact(String user, Transport transport) {
        return "<" + contactUri(user, transport) + ">";
    }

    /// The same where only TLS may be used (RFC 3261 §26.2.2).
    String secureContact(String user) {
        return "<sips:" + SipText.user(user) + "@" + host + ":" + port + ">";
    }

    String contactUri(String user, Transport transport) {
        return "sip:" + SipText.user(user) + "@" + host + ":" + port + transport.parameter();
    }

    /// A Via for a request, with a branch of its own.
    String via(Transport transport, String branch) {
        return "Via: SIP/2.0/" + transport.protocol() + " " + host + ":" + port + ";rport;branch=" + branch + "\r\n";
    }
}
