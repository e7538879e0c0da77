package dev.callbridge.media.transport;

import dev.callbridge.media.rtp.RtpPacket;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells whose a packet is that comes in at a port for WebRTC. Of the shard's thread.
///
/// By the first byte (RFC 7983): STUN goes to the [StunDesk]; DTLS and RTP belong to the leg that their source address
/// was proven to belong to, by a connectivity check with that leg's password.
final class Partners {

    private static final Logger log = LoggerFactory.getLogger(Partners.class);

    /// Who holds the password of a leg can't fill the table with addresses.
    private static final int MAX_ADDRESSES = 64;

    private final StunDesk desk;
    private final Map<InetSocketAddress, Partner> partners = new LinkedHashMap<>();

    /// Whose an address is.
    ///
    /// @param fragment what the peer calls itself there (RFC 8445 §7.2.2)
    private record Partner(WebRtcEndpoint leg, String fragment) {}

    Partners(StunDesk desk) {
        this.desk = desk;
    }

    /// On the shard's thread: `remote` has proven that it speaks for `leg`.
    void admit(InetSocketAddress remote, WebRtcEndpoint leg, String fragment) {
        Partner known = partners.get(remote);
        if (known != null && known.leg.equals(leg) && known.fragment.equals(fragment)) {
            return;
        }
        partners.remove(remote);
        List<InetSocketAddress> addresses = partners.entrySet().stream()
                .filter(partner -> partner.getValue().leg.equals(leg))
                .map(Map.Entry::getKey)
                .toList();
        if (addresses.size() >= MAX_ADDRESSES) {
            // The oldest goes; if it is still in use, its next check brings it back.
            partners.remove(addresses.getFirst());
        }
        partners.put(remote, new Partner(leg, fragment));
    }

    /// On the shard's thread.
    void forget(WebRtcEndpoint leg) {
        partners.values().removeIf(partner -> partner.leg.equals(leg));
    }

    void received(RtpPacket packet, InetSocketAddress from, IcePort port) {
        if (packet.length() < 2) {
            return;
        }
        int first = packet.bytes()[packet.offset()] & 0xFF;
        if (first < 4) {
            if (StunDesk.isStun(packet)) {
                desk.received(copy(packet), port, from);
            }
            return;
        }
        Partner partner = partners.get(from);
        if (partner == null) {
            log.trace("something came from an address that passed no check");
        } else if (first >= 20 && first <= 63) {
            partner.leg.dtls(copy(packet), partner.fragment);
        } else if (packet.isControl()) {
            partner.leg.srtcp(packet);
        } else if (first >= 128 && first <= 191) {
            partner.leg.srtp(packet);
        }
    }

    private static byte[] copy(RtpPacket packet) {
        return Arrays.copyOfRange(packet.bytes(), packet.offset(), packet.offset() + packet.length());
    }
}
