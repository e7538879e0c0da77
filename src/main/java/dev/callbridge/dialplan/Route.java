package dev.callbridge.dialplan;

/// Which trunk carries numbers that begin with `prefix`.
///
/// @param prefix as digits are compared: `+49800` in international form, or bare digits for extensions and short
/// numbers
/// @param trunk the trunk's name in the configuration
public record Route(String prefix, String trunk) {}
