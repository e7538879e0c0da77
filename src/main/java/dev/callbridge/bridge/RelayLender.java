package dev.callbridge.bridge;

import java.util.List;

/// Knows of TURN servers that lend us a public address.
public interface RelayLender {

    /// Those that may be used now, best first. May ask over the network, for two seconds at most; never fails.
    List<RelayServer> relays();
}
