/// What we say ourselves, in the codecs that pass through the bridge; and whether anything is to be heard in a packet.
@NullMarked
package dev.callbridge.media.rtp.codec;

import org.jspecify.annotations.NullMarked;
