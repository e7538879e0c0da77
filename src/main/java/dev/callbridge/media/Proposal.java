package dev.callbridge.media;

import dev.callbridge.sdp.AudioFormats;
import dev.callbridge.sdp.Direction;

/// What a description of ours says about sound.
///
/// @param formats by the numbers that stand in it
/// @param direction with the bridge as its writer
record Proposal(AudioFormats formats, Direction direction) {}
