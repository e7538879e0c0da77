package dev.callbridge.bridge;

import java.util.Map;

/// Carries a leg's messages to its network; the connectors implement it. Returns at once: what comes of a message
/// arrives in the leg's [Inbox].
public interface Wire<M> {

    /// Called by the loop of the call only.
    void send(M message);

    /// What names this leg on its network, for the journal: Call-ID and tags, room and party id. By the loop only.
    Map<String, String> identifiers();
}
