package dev.callbridge.media;

import dev.callbridge.call.LegId;
import dev.callbridge.media.rtp.OutgoingStream;
import dev.callbridge.media.rtp.PayloadTypes;
import dev.callbridge.media.transport.Endpoint;
import dev.callbridge.media.transport.Shard;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sdp.AudioFormats;
import java.security.SecureRandom;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a packet of one leg goes through after its endpoint has checked it; of the shard's thread.
record Way(PayloadTypes types, OutgoingStream stream) {

    private static final Logger log = LoggerFactory.getLogger(Way.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    /// All codecs that pass have the same clock.
    ///
    /// @param numbers payload type numbers as packets come with them, and as they leave
    /// @param to where they leave
    static Way to(Endpoint to, Map<Integer, Integer> numbers) {
        // The first sequence number is in the lower half, so that SRTP can't miss the first wrap (RFC 3711 §3.3.1).
        int first = RANDOM.nextInt(1, 1 << 15);
        int clock = AudioCodec.PCMU.clockRate();
        var stream = new OutgoingStream(to.ssrc(), first, RANDOM.nextInt(), clock, to.speak());
        return new Way(new PayloadTypes(numbers, stream), stream);
    }

    /// On the shard's thread.
    ///
    /// @param numbers as in [#to]; empty: nothing passes
    void pass(Map<Integer, Integer> numbers) {
        types.remap(numbers);
    }

    /// Lets a router or a peer that waits for our first packet hear of us. On the shard's thread.
    ///
    /// @param heard what the peer takes
    void open(AudioFormats heard, Shard shard) {
        var best = heard.codecs().firstEntry();
        if (best != null) {
            shard.join(new Opening(best.getKey(), best.getValue(), stream, shard));
        }
    }

    void log(LegId from) {
        log.debug(
                "from {}: {} packets passed, {} repeated or late, {} of other payload types",
                from,
                stream.passed(),
                stream.dropped(),
                types.dropped());
    }
}
