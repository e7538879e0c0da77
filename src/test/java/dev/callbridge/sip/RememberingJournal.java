package dev.callbridge.sip;

import dev.callbridge.call.CallVerdict;
import dev.callbridge.call.LegId;
import dev.callbridge.call.Sdp;
import dev.callbridge.testkit.SilentJournal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A journal that remembers what calls tell it, and can refuse to let them dial.
final class RememberingJournal extends SilentJournal {

    final BlockingQueue<CallVerdict> verdicts = new LinkedBlockingQueue<>();
    final List<String> intents = new CopyOnWriteArrayList<>();
    final BlockingQueue<String> dialogs = new LinkedBlockingQueue<>();
    final List<String> states = new CopyOnWriteArrayList<>();
    final List<LegId> struck = new CopyOnWriteArrayList<>();
    volatile boolean works = true;
    volatile Runnable asked = () -> {};

    @Override
    public void leg(
            LegId leg,
            String kind,
            String state,
            Map<String, String> identifiers,
            @Nullable Sdp local,
            @Nullable Sdp remote) {
        states.add(kind + " " + state + " " + identifiers);
    }

    @Override
    public void closed(String callId, CallVerdict verdict) {
        verdicts.add(verdict);
    }

    @Override
    public void dialog(LegId leg, String snapshot) {
        dialogs.add(snapshot);
    }

    @Override
    public void beforeDialling(LegId leg, String intent, Consumer<Boolean> recorded) {
        intents.add(intent);
        asked.run();
        Thread.startVirtualThread(() -> recorded.accept(works));
    }

    @Override
    public void notDialled(LegId leg) {
        struck.add(leg);
    }

    CallVerdict expectVerdict() {
        try {
            return Optional.ofNullable(verdicts.poll(15, TimeUnit.SECONDS))
                    .orElseThrow(() -> new AssertionError("no verdict"));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
