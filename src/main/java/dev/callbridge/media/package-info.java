/// The sound of calls: sockets, ICE, DTLS-SRTP and the path of a packet. The only place that sees ice4j, jitsi-srtp and
/// BouncyCastle.
@NullMarked
package dev.callbridge.media;

import org.jspecify.annotations.NullMarked;
