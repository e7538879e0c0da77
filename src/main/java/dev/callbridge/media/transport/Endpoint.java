package dev.callbridge.media.transport;

import dev.callbridge.call.Candidates;
import dev.callbridge.media.rtp.RtpSink;
import dev.callbridge.sdp.AudioFormats;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.SessionDescription;

/// Our end of the sound of one leg. Used by its call alone, on one thread at a time; packets pass on the shard's.
public sealed interface Endpoint permits WebRtcEndpoint, RtpEndpoint {

    /// Hears what becomes of an endpoint; from any thread, each at most once.
    interface Listener {

        /// Packets can pass both ways.
        void ready();

        /// The peer closed in good order.
        void closed();

        /// The peer can't be reached, or not any more, or is not who it should be.
        void lost();
    }

    /// Whether `description` is written for this kind of endpoint.
    boolean fits(SessionDescription description);

    /// Our offer to the peer, the first or another one.
    SessionDescription offer(AudioFormats formats, Direction direction);

    /// Our answer to an offer of the peer, the first or another one.
    SessionDescription answer(SessionDescription offer, AudioFormats formats, Direction direction);

    /// Takes over where the peer is and how it is known, and begins to reach for it. Again whenever the peer describes
    /// itself anew.
    ///
    /// @param description the peer's, that [#fits]
    /// @param answered whether it is the peer's answer to our offer; otherwise we answer it
    /// @return false if it is not possible to send there; then nothing has changed
    boolean meet(SessionDescription description, boolean answered);

    /// The peer may come from there too; nothing is sent there because of that.
    void trickle(Candidates candidates);

    /// Has what the peer sends go this way from now on. On the shard's thread.
    void hear(RtpSink sink);

    /// Sends to the peer. On the shard's thread.
    RtpSink speak();

    /// The source of what we send, for its life.
    int ssrc();

    /// The name of that source (RFC 3550 §6.5.1).
    String cname();

    /// Has RTCP of the peer go this way from now on. On the shard's thread.
    void hearControl(RtpSink sink);

    /// Sends RTCP to the peer. On the shard's thread.
    RtpSink speakControl();

    /// Gives everything back. Later calls do nothing.
    void close();
}
