package dev.callbridge.sip;

import java.net.InetAddress;
import java.util.List;

/// Who has which address. Asking may block.
interface Names {

    /// What a SRV record says (RFC 2782).
    ///
    /// @param priority lower ones are tried first
    /// @param weight how often it is tried before others of its priority, in relation to them
    record Service(String host, int port, int priority, int weight) {}

    /// Empty if the host is unknown now.
    List<InetAddress> addresses(String host);

    /// Empty if the domain lists none, or can't be asked now.
    ///
    /// @param name like `_sip._udp.example.org`
    List<Service> services(String name);
}
