package dev.callbridge.bridge;

import dev.callbridge.call.MediaCommand;

/// The media of one call. Returns at once; results come back as [dev.callbridge.call.MediaEvent]s.
@FunctionalInterface
public interface MediaSession {

    void perform(MediaCommand command);
}
