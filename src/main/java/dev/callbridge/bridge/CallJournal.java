package dev.callbridge.bridge;

import dev.callbridge.call.CallVerdict;
import dev.callbridge.call.LegId;
import dev.callbridge.call.Sdp;
import dev.callbridge.call.Trouble;
import dev.callbridge.dialplan.Party;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Remembers calls beyond this process. Everything is written behind the calls' backs, in order; only [#beforeDialling]
/// answers. May be called from any thread and never blocks.
public interface CallJournal {

    void opened(String callId, Party caller, Party callee);

    /// @param state from [StateFormat]
    /// @param local our last description on this leg
    /// @param remote the last one of the other side
    void leg(
            LegId leg,
            String kind,
            String state,
            Map<String, String> identifiers,
            @Nullable Sdp local,
            @Nullable Sdp remote);

    /// The call was answered, and sound passes.
    void answered(String callId);

    /// `leg` is not heard, or is heard again.
    void disturbance(LegId leg, Trouble trouble, boolean begins);

    /// How the sound of a leg fared, once, when its media is given back.
    void quality(LegId leg, MediaQuality quality);

    void closed(String callId, CallVerdict verdict);

    /// Enough of a confirmed SIP dialog to end it from another process, as versioned JSON in the connector's own words.
    void dialog(LegId leg, String snapshot);

    /// What is about to be dialled, in the connector's own words. `recorded` hears true once it is on disk,
    /// and false if that failed or took longer than a second; then it never will be.
    void beforeDialling(LegId leg, String intent, Consumer<Boolean> recorded);

    /// What was written down last for this leg was never sent.
    void notDialled(LegId leg);
}
