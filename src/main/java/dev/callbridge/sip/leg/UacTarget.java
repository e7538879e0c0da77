package dev.callbridge.sip.leg;

/// One of the places that a call to a telephone can be tried at.
///
/// @param earlyMedia what is done with sound before the answer
/// @param media which of the leg's media profiles its offer is made by
/// @param spare whether it is the one before with a plainer offer, for when that was refused
public record UacTarget(EarlyMedia earlyMedia, int media, boolean spare) {}
