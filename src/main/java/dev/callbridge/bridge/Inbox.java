package dev.callbridge.bridge;

/// Where a connector hands in what arrived for one leg. May be called from any thread and never blocks.
@FunctionalInterface
public interface Inbox<A> {

    /// @return false if the leg is over, or its call overflowed: what arrived has no owner any more, and the connector
    /// answers it itself, by the RFC
    boolean deliver(A arrival);
}
