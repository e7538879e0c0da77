package dev.callbridge.bridge;

import java.util.List;

/// Something the operator wants to read at start: where a module listens, what it reaches. Beans of the connectors.
public interface Announcement {

    /// Whole sentences or short facts, without secrets: `SIP listens on 192.0.2.7:5060 (UDP, TCP)`.
    List<String> lines();
}
