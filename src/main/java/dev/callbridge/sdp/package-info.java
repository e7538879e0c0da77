/// Session descriptions (RFC 8866), offer and answer (RFC 3264), and what differs between a WebRTC description and a
/// plain one. No I/O.
@NullMarked
package dev.callbridge.sdp;

import org.jspecify.annotations.NullMarked;
