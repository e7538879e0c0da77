/// What happens to one RTP packet between two sockets (RFC 3550). No I/O, no clock.
@NullMarked
package dev.callbridge.media.rtp;

import org.jspecify.annotations.NullMarked;
