package dev.callbridge.sip.register;

import java.time.Duration;
import java.util.List;

/// Where a registration stands.
public sealed interface RegistrationState {

    /// What is asked for, as registrars have taught us.
    ///
    /// @param expires how long we ask to be kept
    /// @param outbound whether RFC 5626 is offered
    record Wish(Duration expires, boolean outbound) {}

    /// What has been tried since it last worked, or since the last pause.
    ///
    /// @param realms whose challenges have been answered
    /// @param rounds how many REGISTERs were sent
    /// @param failures how many pauses there have been since it last worked
    record Attempt(List<String> realms, int rounds, int failures) {

        public Attempt {
            realms = List.copyOf(realms);
        }

        static Attempt first(int failures) {
            return new Attempt(List.of(), 1, failures);
        }
    }

    /// Nothing has been sent yet.
    record Idle() implements RegistrationState {}

    /// REGISTER is out.
    ///
    /// @param moved whether our address changed meanwhile, so that another one has to follow
    record Registering(Wish wish, Attempt attempt, boolean moved) implements RegistrationState {}

    /// The registrar has our contact.
    ///
    /// @param refresh when it is renewed
    record Registered(Wish wish, Duration refresh) implements RegistrationState {}

    /// It did not work; tried again after a pause.
    record Resting(Wish wish, int failures, Duration pause) implements RegistrationState {}

    /// The REGISTER that takes our contact away is out.
    record Leaving(List<String> realms) implements RegistrationState {

        public Leaving {
            realms = List.copyOf(realms);
        }
    }

    /// Done.
    record Over() implements RegistrationState {}
}
