package dev.callbridge.sip.leg;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.Sdp;
import dev.callbridge.sip.leg.DialogState.Asked;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where a leg stands that we place on a trunk.
public sealed interface UacState
        permits UacState.Idle,
                UacState.Moving,
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
    /// @param interval of the session, as a 422 wanted it; zero: as the trunk's settings say
    /// @param raises how many 422 that were
    record Attempt(int target, List<String> realms, int round, Duration interval, int raises) {

        public Attempt {
            realms = List.copyOf(realms);
        }

        static Attempt first(int target) {
            return new Attempt(target, List.of(), 0, Duration.ZERO, 0);
        }
    }

    /// Nothing has been asked for yet.
    record Idle() implements UacState {}

    /// Another place is tried, for which our offer doesn't do: the call is asked for one that does.
    ///
    /// @param why the place before was given up
    record Moving(int target, CallEnd why) implements UacState {}

    /// The INVITE is being written down; nothing may be sent before that is done.
    record Recording(Attempt attempt) implements UacState {}

    /// INVITE is out, no sign of the far end yet; CANCEL may not be sent before there is one (RFC 3261 §9.1).
    record Calling(Attempt attempt) implements UacState {}

    /// A provisional response arrived.
    ///
    /// @param alerted there was more than a 100: another trunk would ring the same telephone twice
    /// @param ringing the call knows that it rings
    /// @param early what provisional responses said, by To tag
    /// @param heard what the call was last told of early media; null: nothing yet
    /// @param outdated whether the offer in our INVITE is not true any more
    /// @param introduction who calls, other than our INVITE said; null: nobody
    record Proceeding(
            Attempt attempt,
            boolean alerted,
            boolean ringing,
            Map<String, Early> early,
            LegEvent.@Nullable Progressed heard,
            boolean outdated,
            @Nullable Introduction introduction)
            implements UacState {

        public Proceeding {
            early = Map.copyOf(early);
        }

        static Proceeding first(Attempt attempt) {
            return new Proceeding(attempt, false, false, Map.of(), null, false, null);
        }

        Proceeding with(Map<String, Early> dialogs) {
            return new Proceeding(attempt, alerted, ringing, dialogs, heard, outdated, introduction);
        }

        Proceeding outdatedNow() {
            return new Proceeding(attempt, alerted, ringing, early, heard, true, introduction);
        }

        Proceeding introducing(Introduction who) {
            return new Proceeding(attempt, alerted, ringing, early, heard, outdated, who);
        }
    }

    /// One early dialog.
    ///
    /// @param preview what its answer will be; null: not known
    /// @param agreed whether that came reliably, and so is the answer (RFC 3262 §5)
    /// @param gate which early media may pass; null: not said
    /// @param asked an UPDATE with an offer that the call thinks about
    record Early(
            @Nullable Sdp preview,
            boolean agreed,
            UacArrival.@Nullable Gate gate,
            @Nullable Asked asked) {

        static final Early UNKNOWN = new Early(null, false, null, null);

        Early asking(@Nullable Asked now) {
            return new Early(preview, agreed, gate, now);
        }
    }

    /// The call gave up while [Calling]; CANCEL goes out with the first provisional response.
    record GivenUp(int target, CallEnd end) implements UacState {}

    /// CANCEL is out. The far end may have answered meanwhile, and then has to be hung up (RFC 3261 §9.1, §15).
    record Canceling(CallEnd end) implements UacState {}
}
