package dev.callbridge.bridge;

import dev.callbridge.call.LegId;
import dev.callbridge.call.MediaEvent;
import java.util.Map;
import java.util.function.Consumer;

/// Where the sound of all calls passes; implemented by the media module.
public interface MediaPlane {

    /// Takes nothing yet. `events` may be called from any thread and never blocks.
    MediaSession open(String callId, Map<LegId, MediaProfile> legs, Consumer<MediaEvent> events);
}
