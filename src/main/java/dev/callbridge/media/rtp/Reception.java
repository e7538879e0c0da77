package dev.callbridge.media.rtp;

/// Counts what arrives of one peer's stream: packets, losses, and how irregularly they come (RFC 3550 §6.4.1, appendix
/// A).
/// A source that changes or begins anew is counted on from where it was.
public final class Reception {

    /// A jump further ahead is a new beginning, and so is one further back (RFC 3550 appendix A.1).
    private static final int MAX_DROPOUT = 3000;

    private static final int MAX_MISORDER = 100;

    /// The jitter is kept sixteenfold (RFC 3550 appendix A.8).
    private static final int SCALE = 16;

    private final int clockRate;
    private boolean heard;
    private int source;
    private int base;
    /// Extended by how often it wrapped.
    private int highest;
    private long received;
    private long earlierExpected;
    private long earlierReceived;
    private long reportedExpected;
    private long reportedReceived;
    private long lastTransit;
    private boolean hasTransit;
    private long jitter;
    private long jitterSum;
    private long jitterCount;

    /// @param clockRate of the timestamps, in ticks per second
    public Reception(int clockRate) {
        this.clockRate = clockRate;
    }

    /// @param sound whether the timestamp goes on from packet to packet; that of a telephone event stands still
    public void count(RtpPacket packet, boolean sound) {
        follow(packet.ssrc(), packet.sequence());
        if (sound) {
            measure(packet.timestamp(), packet.arrival());
        }
    }

    private void follow(int ssrc, int sequence) {
        int ahead = (short) (sequence - highest);
        if (!heard || ssrc != source || ahead > MAX_DROPOUT || ahead < -MAX_MISORDER) {
            begin(ssrc, sequence);
        } else if (ahead > 0) {
            highest += ahead;
        }
        received++;
    }

    private void begin(int ssrc, int sequence) {
        earlierExpected = expected();
        earlierReceived += received;
        received = 0;
        heard = true;
        source = ssrc;
        base = sequence;
        highest = sequence;
        hasTransit = false;
    }

    private void measure(int timestamp, long arrival) {
        long transit = arrival / 1000 * clockRate / 1_000_000 - (timestamp & 0xFFFFFFFFL);
        if (hasTransit) {
            long difference = Math.abs((int) (transit - lastTransit));
            // A timestamp that was set anew says nothing about the network.
            if (difference < clockRate) {
                jitter += difference - (jitter + SCALE / 2) / SCALE;
                jitterSum += jitter / SCALE;
                jitterCount++;
            }
        }
        lastTransit = transit;
        hasTransit = true;
    }

    private long expected() {
        return heard ? earlierExpected + highest - base + 1 : 0;
    }

    /// Whether there is something to report on.
    public boolean hasSource() {
        return heard;
    }

    public int source() {
        return source;
    }

    /// How many packets came.
    public long packets() {
        return earlierReceived + received;
    }

    /// How many packets never came.
    public long lost() {
        return Math.max(0, expected() - packets());
    }

    /// Highest sequence number of the source, and in the upper half how often it wrapped.
    public int highest() {
        return highest;
    }

    /// Interarrival jitter now, in ticks.
    public long jitter() {
        return jitter / SCALE;
    }

    /// Mean interarrival jitter, in nanoseconds.
    public long meanJitter() {
        return jitterCount == 0 ? 0 : jitterSum * 1_000_000_000L / jitterCount / clockRate;
    }

    /// Which share was lost since this was asked last, in 256ths (RFC 3550 appendix A.3).
    public int lostShare() {
        long expectedNow = expected() - reportedExpected;
        long lostNow = expectedNow - (packets() - reportedReceived);
        reportedExpected = expected();
        reportedReceived = packets();
        return expectedNow <= 0 || lostNow <= 0 ? 0 : (int) Math.min(255, 256 * lostNow / expectedNow);
    }
}
