package dev.callbridge.bridge;

import dev.callbridge.call.Leg;
import dev.callbridge.call.LegId;
import java.util.List;

/// A place in a call: a leg, the wire that will carry its messages, and how its sound travels. Made by a connector.
///
/// @param <S> where the leg stands
/// @param <A> what arrives for it
/// @param <M> what it sends
public interface Seat<S, A, M> {

    Leg<S, A, M> leg();

    /// One for each place that the leg may have its sound at ([dev.callbridge.call.LegEvent.Moved]), the first one
    /// first.
    List<MediaProfile> media();

    /// How the leg's states are written down.
    StateFormat<S> states();

    /// Once per seat, before the call begins.
    Wire<M> connect(LegId id, Inbox<A> inbox);
}
