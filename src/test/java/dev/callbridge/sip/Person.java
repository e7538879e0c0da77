package dev.callbridge.sip;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.testkit.PigeonLeg.Perch;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Somebody on the other network: what the call asks of them, and what they say to it.
final class Person {

    final BlockingQueue<LegCommand> asked = new LinkedBlockingQueue<>();
    final Perch perch = new Perch(new MediaProfile.WebRtc(), asked::add);

    void says(LegEvent event) {
        perch.says(event);
    }

    /// A bug, as far as the call is concerned.
    void breaksTheCall() {
        perch.breaksTheCall();
    }

    void hangsUp() {
        says(new LegEvent.Ended(CallEnd.of(HangupCause.NORMAL)));
    }

    /// Waits for the next command of a kind, past others.
    <T extends LegCommand> T expect(Class<T> kind) {
        while (true) {
            try {
                LegCommand command = asked.poll(12, TimeUnit.SECONDS);
                if (command == null) {
                    throw new AssertionError("waited in vain for " + kind.getSimpleName());
                }
                if (kind.isInstance(command)) {
                    return kind.cast(command);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
