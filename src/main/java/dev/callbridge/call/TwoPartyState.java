package dev.callbridge.call;

import dev.callbridge.dialplan.Party;
import java.util.Set;

/// Where a call of two stands. Each state holds what is known then, and nothing else.
public sealed interface TwoPartyState {

    /// The caller's leg is open and has not said yet what it wants.
    record Arriving() implements TwoPartyState {}

    /// Sockets and codecs are being taken; nobody has been called.
    record Preparing(Party caller, Party callee) implements TwoPartyState {}

    /// The callee's leg is placed, and may ring.
    record Alerting() implements TwoPartyState {}

    /// The callee answered; our answer to the caller is being worked out.
    record Matching() implements TwoPartyState {}

    /// Our answer waits until packets pass ([AnswerPolicy#WHEN_MEDIA_FLOWS]).
    record HoldingAnswer(Sdp answer) implements TwoPartyState {}

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
}
