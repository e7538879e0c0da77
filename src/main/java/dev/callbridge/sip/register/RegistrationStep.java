package dev.callbridge.sip.register;

import java.util.List;
import java.util.stream.Stream;

/// The next state, and what is sent and told on the way there.
public record RegistrationStep(RegistrationState next, List<RegistrationMessage> messages) {

    public RegistrationStep {
        messages = List.copyOf(messages);
    }

    static RegistrationStep to(RegistrationState next) {
        return new RegistrationStep(next, List.of());
    }

    RegistrationStep send(RegistrationMessage message) {
        return new RegistrationStep(
                next, Stream.concat(messages.stream(), Stream.of(message)).toList());
    }
}
