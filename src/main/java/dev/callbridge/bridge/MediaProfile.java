package dev.callbridge.bridge;

import dev.callbridge.sdp.AudioCodec;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the sound of a leg travels.
public sealed interface MediaProfile {

    /// ICE, DTLS-SRTP, on the shared port of a media shard.
    record WebRtc() implements MediaProfile {}

    /// Plain RTP and RTCP on a pair of ports.
    ///
    /// @param codecs what the trunk may be offered, in our order of preference
    /// @param local our own address on the way to the trunk: sockets are bound there, and it stands in our
    /// description unless a public address is set
    /// @param seen the address under which the trunk sees us through NAT: it stands in our description unless a
    /// public address is set; null: `local`
    record PlainRtp(
            List<AudioCodec> codecs,
            InetAddress local,
            @Nullable InetAddress seen) implements MediaProfile {

        public PlainRtp {
            codecs = List.copyOf(codecs);
        }

        /// Where the trunk sees us as we see ourselves.
        public PlainRtp(List<AudioCodec> codecs, InetAddress local) {
            this(codecs, local, null);
        }
    }
}
