package dev.callbridge.media.rtp.rtcp;

import dev.callbridge.media.rtp.OutgoingStream;
import dev.callbridge.media.rtp.Reception;
import dev.callbridge.media.rtp.RtpPacket;

/// Writes a compound RTCP packet into a packet's buffer: a report first, then who we are (RFC 3550 §6.1).
final class ControlWriter {

    private static final int SENDER_REPORT = 200;
    private static final int RECEIVER_REPORT = 201;
    private static final int DESCRIPTION = 202;
    private static final int GOODBYE = 203;
    private static final int CNAME = 1;
    private static final int MOST_LOST = 0x7FFFFF;

    private final RtpPacket packet;
    private final byte[] bytes;
    private int at = RtpPacket.START;
    private int section;

    ControlWriter(RtpPacket packet) {
        this.packet = packet;
        this.bytes = packet.bytes();
    }

    /// @param ntp time of day, seconds since 1900 in the upper half
    void senderReport(int ssrc, int blocks, long ntp, int timestamp, OutgoingStream stream) {
        begin(SENDER_REPORT, blocks, ssrc);
        number((int) (ntp >>> 32));
        number((int) ntp);
        number(timestamp);
        number((int) stream.passed());
        number((int) stream.octets());
        end();
    }

    void receiverReport(int ssrc, int blocks) {
        begin(RECEIVER_REPORT, blocks, ssrc);
        end();
    }

    /// Belongs to the report before.
    ///
    /// @param last middle of the NTP time of the peer's last sender report; 0: there was none
    /// @param delay since that came, in 1/65536 s
    void block(Reception reception, int last, int delay) {
        number(reception.source());
        int lost = (int) Math.min(MOST_LOST, reception.lost());
        number((reception.lostShare() << 24) | lost);
        number(reception.highest());
        number((int) reception.jitter());
        number(last);
        number(delay);
        end();
    }

    void description(int ssrc, byte[] cname) {
        begin(DESCRIPTION, 1, ssrc);
        bytes[at++] = CNAME;
        bytes[at++] = (byte) cname.length;
        System.arraycopy(cname, 0, bytes, at, cname.length);
        at += cname.length;
        // At least one zero ends the list, and then zeros to the next word.
        do {
            bytes[at++] = 0;
        } while ((at - section) % 4 != 0);
        end();
    }

    void goodbye(int ssrc) {
        begin(GOODBYE, 1, ssrc);
        end();
    }

    void done(long now) {
        packet.received(at - RtpPacket.START, now);
    }

    private void begin(int type, int count, int ssrc) {
        section = at;
        bytes[at] = (byte) (0x80 | count);
        bytes[at + 1] = (byte) type;
        at += 4;
        number(ssrc);
    }

    /// The length counts words of 32 bits, without the first.
    private void end() {
        int words = (at - section) / 4 - 1;
        bytes[section + 2] = (byte) (words >> 8);
        bytes[section + 3] = (byte) words;
    }

    private void number(int value) {
        bytes[at] = (byte) (value >>> 24);
        bytes[at + 1] = (byte) (value >>> 16);
        bytes[at + 2] = (byte) (value >>> 8);
        bytes[at + 3] = (byte) value;
        at += 4;
    }
}
