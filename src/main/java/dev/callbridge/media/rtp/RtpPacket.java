package dev.callbridge.media.rtp;

/// One RTP packet (RFC 3550 §5.1) in a buffer that is used again for the next: a view with an owner thread, no value.
///
/// There is room before the packet for nothing in particular, and behind it for an authentication tag.
public final class RtpPacket {

    /// Where a packet is put when it is received.
    public static final int START = 64;

    /// The longest datagram that is taken; longer ones are cut off and then fail their checks.
    public static final int LONGEST = 1900;

    private static final int HEADER = 12;

    private final byte[] bytes = new byte[2048];
    private int offset = START;
    private int length;
    private long arrival;

    public byte[] bytes() {
        return bytes;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    /// When it came, on a clock that never goes back, in nanoseconds.
    public long arrival() {
        return arrival;
    }

    /// Another packet is in the buffer now.
    public void received(int newLength, long now) {
        offset = START;
        length = newLength;
        arrival = now;
    }

    /// This is a packet of our own from now on. Its payload is written at [#payload] by whoever calls; sequence,
    /// timestamp and source come later.
    ///
    /// @param payloadLength in bytes
    public void compose(int payloadType, int payloadLength, long now) {
        received(HEADER + payloadLength, now);
        bytes[offset] = (byte) 0x80;
        bytes[offset + 1] = (byte) payloadType;
    }

    /// A stage has moved or resized the packet.
    public void moved(int newOffset, int newLength) {
        offset = newOffset;
        length = newLength;
    }

    /// Whether this is RTP, with a header as long as it promises. Of a protected packet no more can be said: the length
    /// of its padding is encrypted.
    public boolean hasHeader() {
        return length >= HEADER && (bytes[offset] & 0xC0) == 0x80 && header() <= length;
    }

    /// Whether this is RTP, with as many bytes as its header and its padding promise.
    public boolean isWellFormed() {
        return hasHeader() && header() + padding() <= length;
    }

    /// Whether this is RTCP (RFC 5761 §4).
    public boolean isControl() {
        int type = bytes[offset + 1] & 0xFF;
        return length >= 8 && (bytes[offset] & 0xC0) == 0x80 && type >= 192 && type <= 223;
    }

    /// The source that RTCP comes from.
    public int controlSource() {
        return (word(offset + 4) << 16) | word(offset + 6);
    }

    /// Takes away contributing sources, header extension and padding, none of which has a meaning on the other side.
    public void strip() {
        int header = header();
        int payload = length - header - padding();
        int start = offset + header - HEADER;
        System.arraycopy(bytes, offset, bytes, start, HEADER);
        bytes[start] = (byte) 0x80;
        moved(start, HEADER + payload);
    }

    /// Where the payload begins.
    public int payload() {
        return offset + header();
    }

    /// In bytes. Only of a packet that [#isWellFormed].
    public int payloadLength() {
        return length - header() - padding();
    }

    public int payloadType() {
        return bytes[offset + 1] & 0x7F;
    }

    public int sequence() {
        return word(offset + 2);
    }

    public int timestamp() {
        return (word(offset + 4) << 16) | word(offset + 6);
    }

    public int ssrc() {
        return (word(offset + 8) << 16) | word(offset + 10);
    }

    public void payloadType(int number) {
        bytes[offset + 1] = (byte) ((bytes[offset + 1] & 0x80) | number);
    }

    public boolean marked() {
        return bytes[offset + 1] < 0;
    }

    public void mark() {
        bytes[offset + 1] |= (byte) 0x80;
    }

    public void sequence(int sequence) {
        put(offset + 2, sequence);
    }

    public void timestamp(int timestamp) {
        put(offset + 4, timestamp >>> 16);
        put(offset + 6, timestamp);
    }

    public void ssrc(int ssrc) {
        put(offset + 8, ssrc >>> 16);
        put(offset + 10, ssrc);
    }

    /// Length of the header with contributing sources and extension, as far as it is there at all.
    private int header() {
        int header = HEADER + 4 * (bytes[offset] & 0x0F);
        boolean extended = (bytes[offset] & 0x10) != 0;
        return extended && header + 4 <= length ? header + 4 + 4 * word(offset + header + 2) : header;
    }

    private int padding() {
        boolean padded = (bytes[offset] & 0x20) != 0;
        return padded ? bytes[offset + length - 1] & 0xFF : 0;
    }

    private int word(int at) {
        return ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
    }

    private void put(int at, int word) {
        bytes[at] = (byte) (word >>> 8);
        bytes[at + 1] = (byte) word;
    }
}
