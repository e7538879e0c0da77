package dev.callbridge.media;

import dev.callbridge.bridge.CallJournal;
import dev.callbridge.call.Digit;
import dev.callbridge.call.LegId;
import dev.callbridge.call.MediaEvent;
import dev.callbridge.call.Trouble;
import dev.callbridge.media.transport.Endpoint;
import java.time.Duration;

/// News of one leg, of its endpoint and of what it says: from any thread, and dealt with on the threads of its call.
final class News implements Endpoint.Listener, Way.Listener {

    private final LegId leg;
    private final MediaCall call;
    private final CallJournal journal;

    News(LegId leg, MediaCall call, CallJournal journal) {
        this.leg = leg;
        this.call = call;
        this.journal = journal;
    }

    @Override
    public void ready() {
        call.later(() -> call.ready(leg));
    }

    @Override
    public void closed() {
        call.later(() -> call.closed(leg));
    }

    @Override
    public void lost() {
        call.later(() -> call.lost(leg));
    }

    @Override
    public void pressed(Digit digit, Duration length) {
        tell(new MediaEvent.Pressed(leg, digit, length));
    }

    @Override
    public void disturbed(Trouble trouble) {
        tell(new MediaEvent.Disturbed(leg, trouble));
    }

    @Override
    public void undisturbed(Trouble trouble) {
        tell(new MediaEvent.Undisturbed(leg, trouble));
    }

    @Override
    public void fellSilent(boolean begins) {
        journal.disturbance(leg, Trouble.SILENT, begins);
    }

    private void tell(MediaEvent event) {
        call.later(() -> call.tell(event));
    }
}
