/// Calls without I/O, in words that belong to no protocol.
///
/// A call is made of [Leg]s. Each leg is the state machine of its protocol and lives with its connector; it tells the
/// call
/// [LegEvent]s and is asked for [LegCommand]s. What joins the legs — [TwoPartyCall] — decides here. Everything is a
/// value or
/// a pure function: no socket, no thread, no clock, neither Spring nor JAIN-SIP. `ArchitectureTest` holds that rule.
@NullMarked
package dev.callbridge.call;

import org.jspecify.annotations.NullMarked;
