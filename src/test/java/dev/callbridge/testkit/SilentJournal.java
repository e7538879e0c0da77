package dev.callbridge.testkit;

import dev.callbridge.bridge.CallJournal;
import dev.callbridge.bridge.MediaQuality;
import dev.callbridge.call.CallVerdict;
import dev.callbridge.call.LegId;
import dev.callbridge.call.Sdp;
import dev.callbridge.call.Trouble;
import dev.callbridge.dialplan.Party;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A journal that keeps nothing and lets everything be dialled; a test overrides what it wants to see.
public class SilentJournal implements CallJournal {

    @Override
    public void opened(String callId, Party caller, Party callee) {}

    @Override
    public void leg(
            LegId leg,
            String kind,
            String state,
            Map<String, String> identifiers,
            @Nullable Sdp local,
            @Nullable Sdp remote) {}

    @Override
    public void answered(String callId) {}

    @Override
    public void disturbance(LegId leg, Trouble trouble, boolean begins) {}

    @Override
    public void quality(LegId leg, MediaQuality quality) {}

    @Override
    public void closed(String callId, CallVerdict verdict) {}

    @Override
    public void dialog(LegId leg, String snapshot) {}

    @Override
    public void beforeDialling(LegId leg, String intent, Consumer<Boolean> recorded) {
        recorded.accept(true);
    }

    @Override
    public void notDialled(LegId leg) {}
}
