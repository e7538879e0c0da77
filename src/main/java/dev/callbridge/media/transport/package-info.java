/// Sockets and what is spoken on them: ICE, DTLS-SRTP, plain RTP.
@NullMarked
package dev.callbridge.media.transport;

import org.jspecify.annotations.NullMarked;
