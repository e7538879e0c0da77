package dev.callbridge.media.rtp.rtcp;

/// Reads a compound RTCP packet (RFC 3550 §6.4, RFC 5506), as far as it makes sense. Kinds that we don't know are
/// skipped; what promises more than it has is not looked at any further.
final class ControlReader {

    private static final int SENDER_REPORT = 200;
    private static final int RECEIVER_REPORT = 201;
    private static final int HEADER = 4;
    private static final int SENDER_INFO = 20;
    private static final int BLOCK = 24;

    /// Hears what is in a packet.
    interface Listener {

        /// @param source who sends
        /// @param time the middle 32 bits of its NTP time
        void sends(int source, int time);

        /// @param source whose packets are reported on
        /// @param lost how many of them are missing since the beginning; negative if some came twice
        /// @param jitter in ticks
        /// @param last middle 32 bits of the NTP time of that source's last sender report; 0: there was none
        /// @param delay since that came, in 1/65536 s
        void hears(int source, int lost, long jitter, int last, int delay);
    }

    private ControlReader() {}

    /// @return whether it is RTCP at all
    static boolean read(byte[] bytes, int offset, int length, Listener listener) {
        int at = offset;
        int end = offset + length;
        while (end - at >= 2 * HEADER && (bytes[at] & 0xC0) == 0x80) {
            int next = at + HEADER + 4 * word(bytes, at + 2);
            if (next > end) {
                break;
            }
            read(bytes, at, next, bytes[at + 1] & 0xFF, listener);
            at = next;
        }
        return at > offset;
    }

    private static void read(byte[] bytes, int at, int end, int type, Listener listener) {
        int blocks;
        if (type == SENDER_REPORT) {
            if (end - at < 2 * HEADER + SENDER_INFO) {
                return;
            }
            listener.sends(number(bytes, at + 4), number(bytes, at + 10));
            blocks = at + 2 * HEADER + SENDER_INFO;
        } else if (type == RECEIVER_REPORT) {
            blocks = at + 2 * HEADER;
        } else {
            return;
        }
        int count = bytes[at] & 0x1F;
        for (int i = 0; i < count && blocks + (i + 1) * BLOCK <= end; i++) {
            block(bytes, blocks + i * BLOCK, listener);
        }
    }

    private static void block(byte[] bytes, int at, Listener listener) {
        int lost = (number(bytes, at + 4) << 8) >> 8;
        long jitter = number(bytes, at + 12) & 0xFFFFFFFFL;
        listener.hears(number(bytes, at), lost, jitter, number(bytes, at + 16), number(bytes, at + 20));
    }

    private static int word(byte[] bytes, int at) {
        return ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
    }

    private static int number(byte[] bytes, int at) {
        return (word(bytes, at) << 16) | word(bytes, at + 2);
    }
}
