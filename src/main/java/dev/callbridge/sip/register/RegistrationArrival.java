package dev.callbridge.sip.register;

import dev.callbridge.sip.leg.Challenge;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What comes of a REGISTER of ours, or happens to our address.
public sealed interface RegistrationArrival {

    /// A 2xx.
    ///
    /// @param expires how long the registrar keeps our contact
    record Granted(Duration expires) implements RegistrationArrival {}

    /// A 401 or 407.
    ///
    /// @param challenges those that we can answer; empty: none
    record Challenged(int status, List<Challenge> challenges) implements RegistrationArrival {

        public Challenged {
            challenges = List.copyOf(challenges);
        }
    }

    /// A 423: the registrar does not bother with contacts that live so briefly (RFC 3261 §10.2.8).
    record TooBrief(Duration minimum) implements RegistrationArrival {}

    /// A 439: something on the way does not know RFC 5626.
    record OutboundUnknown() implements RegistrationArrival {}

    /// A final response that will not be another one soon: the account, the password, or what we ask for is wrong.
    record Refused(int status) implements RegistrationArrival {}

    /// Nothing final came, or something that passes by itself.
    ///
    /// @param status 0: no response, or no connection
    /// @param retryAfter how long we were asked to wait
    /// @param elsewhere whether another server of the trunk may do better
    record Failed(int status, Optional<Duration> retryAfter, boolean elsewhere) implements RegistrationArrival {}

    /// We have another address now, or the registrar was away and may have forgotten us.
    record Moved() implements RegistrationArrival {}
}
