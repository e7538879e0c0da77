package dev.callbridge.sdp;

/// What we say about ourselves in a plain RTP description.
///
/// @param origin first version
/// @param address a literal
/// @param port of RTP, even; RTCP is one above
public record OwnRtp(Origin origin, String address, int port) {}
