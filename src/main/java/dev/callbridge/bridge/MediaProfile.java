package dev.callbridge.bridge;

import dev.callbridge.sdp.AudioCodec;
import java.net.InetAddress;
import java.util.List;

/// How the sound of a leg travels.
public sealed interface MediaProfile {

    /// ICE, DTLS-SRTP, on the shared port of a media shard.
    record WebRtc() implements MediaProfile {}

    /// Plain RTP and RTCP on a pair of ports.
    ///
    /// @param codecs what the trunk may be offered, in our order of preference
    /// @param local our own address on the way to the trunk: sockets are bound there, and it stands in our
    /// description unless a public address is set
    /// @param events whether keys may travel as telephone events (RFC 4733)
    record PlainRtp(List<AudioCodec> codecs, InetAddress local, boolean events) implements MediaProfile {

        public PlainRtp {
            codecs = List.copyOf(codecs);
        }

        public PlainRtp(List<AudioCodec> codecs, InetAddress local) {
            this(codecs, local, true);
        }
    }
}
