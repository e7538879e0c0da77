package dev.callbridge.bridge;

import dev.callbridge.sdp.AudioCodec;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the sound of a leg travels.
public sealed interface MediaProfile {

    /// ICE, DTLS-SRTP, on the shared port of a media shard.
    record WebRtc() implements MediaProfile {}

    /// RTP and RTCP on a pair of ports.
    ///
    /// @param codecs what the trunk may be offered, in our order of preference
    /// @param local our own address on the way to the trunk: sockets are bound there, and it stands in our
    /// description unless a public address is set
    /// @param seen the address under which the trunk sees us through NAT: it stands in our description unless a
    /// public address is set; null: `local`
    /// @param signaling where the trunk's messages come from, as far as that is known
    /// @param symmetric whether sound is sent to where it comes from
    /// @param srtp whether it is encrypted
    /// @param events whether keys may travel as telephone events (RFC 4733)
    record PlainRtp(
            List<AudioCodec> codecs,
            InetAddress local,
            @Nullable InetAddress seen,
            @Nullable InetAddress signaling,
            SymmetricRtp symmetric,
            Srtp srtp,
            boolean events)
            implements MediaProfile {

        public PlainRtp {
            codecs = List.copyOf(codecs);
        }

        public PlainRtp unencrypted() {
            return new PlainRtp(codecs, local, seen, signaling, symmetric, Srtp.OFF, events);
        }

        /// As trunks are without settings.
        public PlainRtp(List<AudioCodec> codecs, InetAddress local) {
            this(codecs, local, null, null, SymmetricRtp.AUTO, Srtp.OFF, true);
        }
    }

    /// What is believed more: the trunk's description, or its packets.
    enum SymmetricRtp {
        /// Where packets come from is learned at the beginning, and after each change.
        AUTO,
        /// Only the described host is heard, and only the described address is sent to.
        STRICT
    }

    /// Encryption with keys that the descriptions carry (SDES, RFC 4568).
    enum Srtp {
        OFF,
        /// Offered, and taken if the trunk does so too (RFC 8643).
        OPTIONAL,
        REQUIRED
    }
}
