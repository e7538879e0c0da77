package dev.callbridge.bridge;

import dev.callbridge.call.LegId;
import dev.callbridge.call.MediaEvent;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Where the sound of all calls passes; implemented by the media module.
public interface MediaPlane {

    /// Takes nothing yet. Each leg has a profile for each place that it may be called at, one at least. `events` may be
    /// called from any thread and never blocks.
    MediaSession open(String callId, Map<LegId, List<MediaProfile>> legs, Consumer<MediaEvent> events);
}
