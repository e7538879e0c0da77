package dev.callbridge.media.rtp.dtmf;

import dev.callbridge.media.rtp.RtpPacket;

/// Makes of a peer's telephone events the keys that were pressed, each once, whatever of it was lost or came twice
/// (RFC 4733 §2.5.2).
///
/// An event is known by its source, its timestamp and its code: some trunks use a timestamp again for the next key. It
/// begins with the first packet that arrives of it, even if that is its last, and ends with the first that says so, or
/// when there is none for a while, or when it has lasted too long to be true.
public final class DigitReceiver {

    private static final int LAST_KEY = 15;
    private static final int SHORTEST = 4;
    private static final int END = 0x80;
    private static final int LONGEST_DURATION = 0xFFFF;

    /// In nanoseconds. Two packets may be lost, and updates may be 50 ms apart (RFC 4733 §2.5.1.2).
    private static final long SILENCE = 120_000_000;

    /// In microseconds.
    private static final int TOO_LONG = 5_000_000;

    private final int clockRate;
    private final Keys keys;
    private final Finished finished = new Finished();
    private boolean open;
    private int source;
    private int timestamp;
    private int event;
    private int duration;
    /// Of earlier segments of the same event, in ticks.
    private long before;
    private long lastArrival;

    /// @param clockRate of the peer's telephone events, in ticks per second
    public DigitReceiver(int clockRate, Keys keys) {
        this.clockRate = clockRate;
        this.keys = keys;
    }

    /// @param packet of the payload type of telephone events; is not changed
    public void take(RtpPacket packet) {
        if (packet.payloadLength() < SHORTEST) {
            return;
        }
        byte[] bytes = packet.bytes();
        int at = packet.payload();
        int code = bytes[at] & 0xFF;
        int ticks = ((bytes[at + 2] & 0xFF) << 8) | (bytes[at + 3] & 0xFF);
        if (code <= LAST_KEY) {
            take(packet, code, ticks, (bytes[at + 1] & END) != 0);
        }
    }

    private void take(RtpPacket packet, int code, int ticks, boolean end) {
        if (finished.knows(packet.ssrc(), packet.timestamp(), code, packet.arrival())) {
            return;
        }
        if (!open || source != packet.ssrc() || event != code || !isSameKey(packet.timestamp())) {
            close();
            open(packet, code);
        }
        lastArrival = packet.arrival();
        if (ticks > duration) {
            duration = ticks;
        }
        if (end || micros() >= TOO_LONG) {
            close();
        } else {
            keys.held(micros());
        }
    }

    private void open(RtpPacket packet, int code) {
        open = true;
        source = packet.ssrc();
        timestamp = packet.timestamp();
        event = code;
        duration = 0;
        before = 0;
        keys.down(code);
    }

    /// A key that is held longer than a duration can say goes on under a timestamp of its own (RFC 4733 §2.5.1.3).
    private boolean isSameKey(int at) {
        int later = at - timestamp;
        if (later == 0) {
            return true;
        }
        if (later != LONGEST_DURATION && (later != duration || duration == 0)) {
            return false;
        }
        finished.add(source, timestamp, event, lastArrival);
        before += later;
        timestamp = at;
        duration = 0;
        return true;
    }

    /// @param now on the clock of arrivals
    public void tick(long now) {
        if (open && now - lastArrival > SILENCE) {
            close();
        }
    }

    private void close() {
        if (open) {
            open = false;
            finished.add(source, timestamp, event, lastArrival);
            keys.up(micros());
        }
    }

    private int micros() {
        return (int) Math.min(TOO_LONG, (before + duration) * 1_000_000 / clockRate);
    }

    /// The last events that are over. Packets of them may still come.
    private static final class Finished {

        private static final int SIZE = 8;

        /// In nanoseconds. After so long a timestamp may be used again.
        private static final long MEMORY = 2_000_000_000;

        private final int[] sources = new int[SIZE];
        private final int[] timestamps = new int[SIZE];
        private final int[] events = new int[SIZE];
        private final long[] seen = new long[SIZE];
        private int count;

        private void add(int source, int timestamp, int event, long now) {
            int i = count++ % SIZE;
            sources[i] = source;
            timestamps[i] = timestamp;
            events[i] = event;
            seen[i] = now;
        }

        private boolean knows(int source, int timestamp, int event, long now) {
            for (int i = 0; i < Math.min(count, SIZE); i++) {
                if (sources[i] == source
                        && timestamps[i] == timestamp
                        && events[i] == event
                        && now - seen[i] < MEMORY) {
                    seen[i] = now;
                    return true;
                }
            }
            return false;
        }
    }
}
