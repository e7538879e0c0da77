package dev.callbridge.sip.leg;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.Sdp;
import java.util.List;
import java.util.Map;

/// Where a leg stands that we place on a trunk.
public sealed interface UacState
        permits UacState.Idle,
                UacState.Recording,
                UacState.Calling,
                UacState.Proceeding,
                UacState.GivenUp,
                UacState.Canceling,
                DialogState {

    /// Which of our INVITEs this is.
    ///
    /// @param target the trunk, counted from 0 in the order in which they are tried
    /// @param realms whose challenges this target's INVITEs have answered
    /// @param round how many challenges that were
    record Attempt(int target, List<String> realms, int round) {

        public Attempt {
            realms = List.copyOf(realms);
        }

        static Attempt first(int target) {
            return new Attempt(target, List.of(), 0);
        }
    }

    /// Nothing has been asked for yet.
    record Idle() implements UacState {}

    /// The INVITE is being written down; nothing may be sent before that is done.
    record Recording(Attempt attempt) implements UacState {}

    /// INVITE is out, no sign of the far end yet; CANCEL may not be sent before there is one (RFC 3261 §9.1).
    record Calling(Attempt attempt) implements UacState {}

    /// A provisional response arrived.
    ///
    /// @param alerted there was more than a 100: another trunk would ring the same telephone twice
    /// @param ringing the call knows that it rings
    /// @param previews what unreliable provisional responses said the answer will be, by To tag
    record Proceeding(Attempt attempt, boolean alerted, boolean ringing, Map<String, Sdp> previews)
            implements UacState {

        public Proceeding {
            previews = Map.copyOf(previews);
        }
    }

    /// The call gave up while [Calling]; CANCEL goes out with the first provisional response.
    record GivenUp(int target, CallEnd end) implements UacState {}

    /// CANCEL is out. The far end may have answered meanwhile, and then has to be hung up (RFC 3261 §9.1, §15).
    record Canceling(CallEnd end) implements UacState {}
}
