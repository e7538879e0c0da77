package dev.callbridge.media;

import dev.callbridge.bridge.CallJournal;
import java.time.Duration;
import java.time.InstantSource;

/// How the bridge watches over the sound of its calls.
///
/// @param firstAudio a side that is not heard at all for so long is disturbed
/// @param silence and so is one of which nothing came for so long; if only silence came, that is written down
/// @param lost a trunk of which nothing came for so long is lost
/// @param journal where is written down how it fared
/// @param clock for the time of day in reports
record Oversight(Duration firstAudio, Duration silence, Duration lost, CallJournal journal, InstantSource clock) {

    /// @param givesUp whether a side that is not heard any more ends the call
    Watchdog.Limits limits(boolean givesUp) {
        return new Watchdog.Limits(firstAudio, silence, givesUp ? lost : null);
    }
}
