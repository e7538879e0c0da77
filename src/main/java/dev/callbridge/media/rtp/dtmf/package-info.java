/// Keys that are pressed during a call, as telephone events (RFC 4733).
@NullMarked
package dev.callbridge.media.rtp.dtmf;

import org.jspecify.annotations.NullMarked;
