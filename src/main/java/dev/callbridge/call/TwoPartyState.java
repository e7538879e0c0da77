package dev.callbridge.call;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where a call of two stands. Each state holds what is known then, and nothing else.
public sealed interface TwoPartyState {

    /// Whether both sides have a description that may be changed.
    default boolean hasAgreed() {
        return switch (this) {
            case Early _, HoldingAnswer _, Connecting _, Talking _ -> true;
            case Arriving _, Preparing _, Alerting _, Matching _, Ending _, Ended _ -> false;
        };
    }

    /// The caller's leg is open and has not said yet what it wants.
    record Arriving() implements TwoPartyState {}

    /// Sockets and codecs are being taken; nobody has been called.
    record Preparing(Parties parties) implements TwoPartyState {}

    /// The callee's leg is placed, and may ring.
    ///
    /// @param preview what may be heard of it before it answers
    record Alerting(@Nullable Preview preview) implements TwoPartyState {

        /// @param authorized whether the caller may be heard there before the answer
        record Preview(Sdp description, boolean authorized) {}
    }

    /// The callee answered, or lets something be heard before; our answer to the caller is being worked out.
    record Matching(Progress progress) implements TwoPartyState {}

    /// The caller hears the callee, which has not answered yet.
    ///
    /// @param flowing whether packets can pass
    record Early(boolean flowing) implements TwoPartyState {}

    /// Our answer waits until packets pass ([AnswerPolicy#WHEN_MEDIA_FLOWS]).
    ///
    /// @param outdated whether the answer was overtaken: the callee holds already
    record HoldingAnswer(Sdp answer, boolean outdated) implements TwoPartyState {}

    /// Both sides have answered, and no packet could pass yet ([AnswerPolicy#AT_ONCE]).
    record Connecting() implements TwoPartyState {}

    /// Both sides have answered and can hear each other.
    record Talking() implements TwoPartyState {}

    /// Legs have been told to end, and have not confirmed it yet.
    record Ending(Set<LegId> awaited, CallVerdict verdict) implements TwoPartyState {

        public Ending {
            awaited = Set.copyOf(awaited);
        }
    }

    /// Over; every later input is ignored.
    record Ended(CallVerdict verdict) implements TwoPartyState {}

    /// How far the callee has come while we work out our answer.
    sealed interface Progress {

        /// It only lets something be heard.
        record Heard() implements Progress {}

        /// It let something be heard, and answered since.
        record HeardAndAnswered(Sdp answer) implements Progress {}

        /// It answered.
        record Answered() implements Progress {}
    }
}
