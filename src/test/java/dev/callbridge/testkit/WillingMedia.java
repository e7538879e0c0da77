package dev.callbridge.testkit;

import dev.callbridge.bridge.MediaSession;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.call.MediaEvent;
import dev.callbridge.call.Sdp;
import java.util.function.Consumer;

/// Media without sound: takes every description, and packets could pass as soon as both sides have one.
///
/// @param offer what we offer, always
/// @param answer what we answer, always
public record WillingMedia(Sdp offer, Sdp answer, Consumer<MediaEvent> events) implements MediaSession {

    @Override
    public void perform(MediaCommand command) {
        switch (command) {
            case MediaCommand.Prepare(var _, var _, var to) -> events.accept(new MediaEvent.Prepared(to, offer));
            case MediaCommand.Match(var _, var _, var to, var _, var _) -> {
                events.accept(new MediaEvent.Matched(to, answer));
                events.accept(new MediaEvent.Flowing());
            }
            case MediaCommand.Describe(var leg) -> events.accept(new MediaEvent.Described(leg, offer));
            case MediaCommand.Revise(var leg, var _) -> events.accept(new MediaEvent.Revised(leg, answer));
            case MediaCommand.Preview _,
                    MediaCommand.Conclude _,
                    MediaCommand.Revert _,
                    MediaCommand.Trickle _,
                    MediaCommand.Press _,
                    MediaCommand.Release _ -> {}
        }
    }
}
