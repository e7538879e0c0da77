package dev.callbridge.matrix;

/// One of our users on the homeserver: the stand-in of a number, or the bot.
///
/// @param partyId its device, the same in all its calls
/// @param name as people read it
record Ghost(String userId, String partyId, String name) {}
