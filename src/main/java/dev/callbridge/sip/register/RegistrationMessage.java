package dev.callbridge.sip.register;

import dev.callbridge.sip.leg.Challenge;
import java.time.Duration;
import java.util.List;

/// What a registration has sent or told.
public sealed interface RegistrationMessage {

    /// REGISTER with our contact.
    ///
    /// @param expires how long we ask to be kept
    /// @param outbound whether RFC 5626 is offered
    /// @param answering challenges to the one before; empty: what is known of earlier ones may be used again
    record Register(Duration expires, boolean outbound, List<Challenge> answering) implements RegistrationMessage {

        public Register {
            answering = List.copyOf(answering);
        }
    }

    /// REGISTER that takes our contact away.
    record Unregister(List<Challenge> answering) implements RegistrationMessage {

        public Unregister {
            answering = List.copyOf(answering);
        }
    }

    /// Calls can come and go.
    record Up(Duration expires) implements RegistrationMessage {}

    /// They can't, or may not.
    ///
    /// @param status why; 0: there was no response
    /// @param refused whether somebody has to look at the settings
    /// @param again when we try again
    record Down(int status, boolean refused, Duration again) implements RegistrationMessage {}

    /// Nothing more is sent.
    record Done() implements RegistrationMessage {}
}
