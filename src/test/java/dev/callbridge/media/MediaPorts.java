package dev.callbridge.media;

import dev.callbridge.testkit.BridgeUnderTest;

/// What a running bridge has left of its ports.
public final class MediaPorts {

    private MediaPorts() {}

    /// Ports towards trunks that are not in use.
    public static int free(BridgeUnderTest bridge) {
        return bridge.bean(MediaSessions.class).freePorts();
    }
}
