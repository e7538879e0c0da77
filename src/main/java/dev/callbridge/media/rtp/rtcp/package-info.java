/// What two ends tell each other about the packets of a call (RTCP, RFC 3550 §6). Nothing is passed on to the other
/// leg.
@NullMarked
package dev.callbridge.media.rtp.rtcp;

import org.jspecify.annotations.NullMarked;
