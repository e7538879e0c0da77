package dev.callbridge.media.rtp;

/// One continuous stream of ours, made from what a peer sends and from what we say ourselves in between: one SSRC,
/// sequence and timestamp moved by an offset (RFC 3550 §5.1).
///
/// Gaps of the peer's stream are kept, so that the receiver sees what was lost. When the source changes, begins anew or
/// goes on after packets of ours, the stream goes on by one and by the time that passed. What comes twice or long after
/// its turn is dropped: under SRTP a sequence number must not be used for two contents.
public final class OutgoingStream implements RtpSink {

    /// A jump further ahead is a new beginning (RFC 3550 appendix A.1).
    private static final int MAX_LEAP = 3000;

    private static final int NANOS = 1_000_000_000;

    /// After so long without a packet the next one begins a talkspurt (RFC 3551 §4.1).
    private static final long PAUSE = 200_000_000;

    /// What was sent so long before doesn't arrive any more.
    private static final long LATE = 1_000_000_000;

    /// A packet may come a 25th of a second late, and one that comes less late than the one before by a 100th is
    /// catching up.
    private static final int TOLERATED = 25;

    private static final int CATCHING_UP = 100;

    private final int ssrc;
    private final int clockRate;
    private final RtpSink next;
    private final Recent recent = new Recent();
    private boolean started;
    private int highest;
    private int lastTimestamp;
    private long lastArrival;
    private long lastSent;
    /// No sound has been sent for this timestamp or later ones.
    private int free;

    private boolean begun;
    /// Packets of ours were sent since the source's last one.
    private boolean interrupted;
    private int source;
    private int sourceHighest;
    private long sourceArrival;
    private int sequenceOffset;
    private int timestampOffset;
    /// What the offset is as long as nothing of ours is in the way.
    private int anchor;
    /// How late the source's last packet was that was dropped for it, in ticks.
    private int lateness = Integer.MAX_VALUE;
    private int expectedRestart = -1;
    private long passed;
    private long dropped;
    private long octets;

    /// @param firstSequence 0 to 65535, random
    /// @param firstTimestamp random
    /// @param clockRate ticks per second
    public OutgoingStream(int ssrc, int firstSequence, int firstTimestamp, int clockRate, RtpSink next) {
        this.ssrc = ssrc;
        this.highest = (firstSequence - 1) & 0xFFFF;
        this.lastTimestamp = firstTimestamp;
        this.free = firstTimestamp;
        this.clockRate = clockRate;
        this.next = next;
    }

    @Override
    public void take(RtpPacket packet) {
        if (!begun || packet.ssrc() != source) {
            begin(packet);
        } else if (interrupted) {
            if (isLate(packet) || !resumes(packet)) {
                dropped++;
                return;
            }
            join(packet);
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
        if (ahead > 0) {
            follow(packet, sequence);
        }
        packet.strip();
        send(packet, sequence, packet.timestamp() + timestampOffset);
    }

    /// Says something of our own; the source goes on behind it. Sound of the source that is late is not sent any more.
    ///
    /// @param packet with payload type, payload and marker
    /// @param timestamp from [#timestampAt], or the same as that of the packet before
    /// @param ticks how much time after `timestamp` is taken
    public void insert(RtpPacket packet, int timestamp, int ticks) {
        recent.forget();
        highest = (highest + 1) & 0xFFFF;
        if (!started || timestamp != lastTimestamp) {
            lastTimestamp = timestamp;
            lastArrival = packet.arrival();
        }
        started = true;
        interrupted = true;
        take(timestamp + ticks);
        send(packet, highest, timestamp);
    }

    /// The timestamp that belongs to `now`; not one for which there is sound already.
    public int timestampAt(long now) {
        int due = timestampNow(now);
        return due - free < 0 ? free : due;
    }

    /// What the stream's clock shows `now`.
    public int timestampNow(long now) {
        return started ? lastTimestamp + (int) ticks(now - lastArrival) : lastTimestamp;
    }

    /// How long nothing has been sent, in nanoseconds; [Long#MAX_VALUE]: never.
    public long idle(long now) {
        return started ? Math.max(now - lastSent, 0) : Long.MAX_VALUE;
    }

    private void send(RtpPacket packet, int sequence, int timestamp) {
        packet.ssrc(ssrc);
        packet.sequence(sequence);
        packet.timestamp(timestamp);
        lastSent = packet.arrival();
        passed++;
        octets += packet.payloadLength();
        next.take(packet);
    }

    /// Takes over what a packet of the source says about where it is.
    private void follow(RtpPacket packet, int sequence) {
        int timestamp = packet.timestamp() + timestampOffset;
        long elapsed = started ? packet.arrival() - lastArrival : 0;
        int step = timestamp - lastTimestamp;
        if (started && Math.abs(step) > clockRate && Math.abs(step - ticks(elapsed)) > clockRate) {
            // The source's clock was set; that of the stream isn't.
            anchor = timestampAt(packet.arrival()) - packet.timestamp();
            timestampOffset = anchor;
            timestamp = packet.timestamp() + timestampOffset;
            packet.mark();
        }
        if (elapsed > PAUSE) {
            packet.mark();
        }
        started = true;
        highest = sequence;
        sourceHighest = packet.sequence();
        sourceArrival = packet.arrival();
        lastTimestamp = timestamp;
        lastArrival = packet.arrival();
        take(timestamp + clockRate / 50);
    }

    private void take(int until) {
        if (until - free > 0) {
            free = until;
        }
    }

    private boolean isOutOfReach(RtpPacket packet) {
        int ahead = (short) (packet.sequence() + sequenceOffset - highest);
        return ahead > MAX_LEAP || ahead <= -Recent.SIZE;
    }

    /// Whether its turn was before packets of ours.
    private boolean isLate(RtpPacket packet) {
        int ahead = (short) (packet.sequence() - sourceHighest);
        return ahead <= 0 && ahead > -Recent.SIZE && packet.arrival() - sourceArrival < LATE;
    }

    private void begin(RtpPacket packet) {
        anchor = timestampAt(packet.arrival()) - packet.timestamp();
        timestampOffset = anchor;
        begun = true;
        source = packet.ssrc();
        join(packet);
    }

    /// Finds the place of a source that goes on. If its clock went on too, what it says late after a stop of the
    /// network is dropped until it has caught up: packets of ours have taken that place. If its clock stood still,
    /// it is set.
    private boolean resumes(RtpPacket packet) {
        int due = timestampAt(packet.arrival());
        int own = packet.timestamp() + anchor;
        int late = due - own;
        if (late > clockRate / TOLERATED && late <= clockRate / 2 && late < lateness - clockRate / CATCHING_UP) {
            lateness = late;
            return false;
        }
        if (late > clockRate / TOLERATED || late < -clockRate / 2) {
            anchor += late;
            own = due;
        }
        timestampOffset = anchor + Math.max(0, free - own);
        return true;
    }

    private void join(RtpPacket packet) {
        sequenceOffset = highest + 1 - packet.sequence();
        interrupted = false;
        lateness = Integer.MAX_VALUE;
        recent.forget();
        packet.mark();
    }

    private long ticks(long nanos) {
        return nanos / 1000 * clockRate / (NANOS / 1000);
    }

    /// How many packets were sent.
    public long passed() {
        return passed;
    }

    /// How many bytes of payload were sent.
    public long octets() {
        return octets;
    }

    /// How many packets came twice, or too late.
    public long dropped() {
        return dropped;
    }

    /// Which of the latest sequence numbers have been used: bit i stands for the highest one minus i.
    private static final class Recent {

        private static final int SIZE = 128;

        private long young = -1;
        private long old = -1;

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

        /// What is older than now is out of the question.
        private void forget() {
            young = -1;
            old = -1;
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
