package dev.callbridge.media.rtp;

/// Makes one continuous stream of ours from what a peer sends: one SSRC, sequence and timestamp moved by an offset.
///
/// Gaps are kept, so that the receiver sees what was lost. When the source changes, or begins anew, the stream goes on
/// by one and by the time that passed. What comes twice or long after its turn is dropped: under SRTP a sequence
/// number must not be used for two contents.
public final class OutgoingStream implements RtpSink {

    /// A jump further ahead is a new beginning (RFC 3550 appendix A.1).
    private static final int MAX_LEAP = 3000;

    private static final int NANOS = 1_000_000_000;

    private final int ssrc;
    private final int clockRate;
    private final RtpSink next;
    private final Recent recent = new Recent();
    private boolean begun;
    private int source;
    private int sequenceOffset;
    private int timestampOffset;
    private int highest;
    private int lastTimestamp;
    private long lastArrival;
    private int expectedRestart = -1;
    private long passed;
    private long dropped;

    /// @param firstSequence 0 to 65535, random
    /// @param firstTimestamp random
    /// @param clockRate ticks per second
    public OutgoingStream(int ssrc, int firstSequence, int firstTimestamp, int clockRate, RtpSink next) {
        this.ssrc = ssrc;
        this.highest = (firstSequence - 1) & 0xFFFF;
        this.lastTimestamp = firstTimestamp;
        this.clockRate = clockRate;
        this.next = next;
    }

    @Override
    public void take(RtpPacket packet) {
        if (!begun || packet.ssrc() != source) {
            begin(packet);
        } else if (isOutOfReach(packet)) {
            if (packet.sequence() != expectedRestart) {
                expectedRestart = (packet.sequence() + 1) & 0xFFFF;
                dropped++;
                return;
            }
            begin(packet);
        }
        expectedRestart = -1;
        int sequence = (packet.sequence() + sequenceOffset) & 0xFFFF;
        int ahead = (short) (sequence - highest);
        if (!recent.isNew(ahead)) {
            dropped++;
            return;
        }
        int timestamp = packet.timestamp() + timestampOffset;
        if (ahead > 0) {
            highest = sequence;
            lastTimestamp = timestamp;
            lastArrival = packet.arrival();
        }
        packet.strip();
        packet.ssrc(ssrc);
        packet.sequence(sequence);
        packet.timestamp(timestamp);
        passed++;
        next.take(packet);
    }

    private boolean isOutOfReach(RtpPacket packet) {
        int ahead = (short) (packet.sequence() + sequenceOffset - highest);
        return ahead > MAX_LEAP || ahead <= -Recent.SIZE;
    }

    private void begin(RtpPacket packet) {
        long elapsed = begun ? packet.arrival() - lastArrival : 0;
        int ticks = (int) (elapsed / 1000 * clockRate / (NANOS / 1000));
        begun = true;
        source = packet.ssrc();
        sequenceOffset = highest + 1 - packet.sequence();
        timestampOffset = lastTimestamp + ticks - packet.timestamp();
        packet.mark();
    }

    /// How many packets were sent on.
    public long passed() {
        return passed;
    }

    /// How many packets came twice, or too late.
    public long dropped() {
        return dropped;
    }

    /// Which of the latest sequence numbers have been used: bit i stands for the highest one minus i.
    private static final class Recent {

        private static final int SIZE = 128;

        private long young;
        private long old;

        /// @param ahead of the highest so far; if positive it is the highest from now on
        private boolean isNew(int ahead) {
            if (ahead > 0) {
                shift(ahead);
                young |= 1;
                return true;
            }
            int age = -ahead;
            if (age >= SIZE) {
                return false;
            }
            long bit = 1L << age;
            boolean seen = ((age < 64 ? young : old) & bit) != 0;
            if (age < 64) {
                young |= bit;
            } else {
                old |= bit;
            }
            return !seen;
        }

        private void shift(int by) {
            if (by >= SIZE) {
                old = 0;
                young = 0;
            } else if (by >= 64) {
                old = young << by;
                young = 0;
            } else {
                old = (old << by) | (young >>> -by);
                young <<= by;
            }
        }
    }
}
