package dev.callbridge.media.transport;

import dev.callbridge.sdp.SessionDescription;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Which way RTCP takes to a trunk: beside RTP if that is agreed on or the trunk sends its own there, otherwise to
/// where that comes from, and before it sent any to the port that it named, or the one above RTP. Of the shard's
/// thread.
final class ControlPath {

    private int named;
    private @Nullable InetSocketAddress learned;
    private boolean muxed;

    /// The port that `description` names (RFC 3605); 0: none.
    static int port(SessionDescription description) {
        String written =
                description.audio().flatMap(audio -> audio.value("rtcp")).orElse("");
        String port = written.strip().split(" ", -1)[0];
        return port.matches("[1-9][0-9]{0,4}") && Integer.parseInt(port) <= 65535 ? Integer.parseInt(port) : 0;
    }

    /// The trunk described itself anew.
    ///
    /// @param port 0: none was named
    /// @param besideRtp whether that is agreed on
    void named(int port, boolean besideRtp) {
        named = port;
        learned = null;
        muxed = besideRtp;
    }

    /// RTCP came beside RTP (RFC 5761).
    void heardBesideRtp() {
        muxed = true;
    }

    /// RTCP came by itself.
    void heard(InetSocketAddress from) {
        muxed = false;
        if (!from.equals(learned)) {
            learned = from;
        }
    }

    boolean isBesideRtp() {
        return muxed;
    }

    /// @param rtp where RTP goes
    InetSocketAddress to(InetSocketAddress rtp) {
        InetSocketAddress known = learned;
        if (known != null && known.getAddress().equals(rtp.getAddress())) {
            return known;
        }
        return new InetSocketAddress(rtp.getAddress(), named == 0 ? rtp.getPort() + 1 : named);
    }
}
