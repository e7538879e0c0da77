package dev.callbridge.media.rtp.dtmf;

import dev.callbridge.media.rtp.OutgoingStream;
import dev.callbridge.media.rtp.RtpPacket;

/// Sends keys to a peer, in the stream of its sound and instead of that: as telephone events (RFC 4733 §2.5.1), anew
/// and not packet by packet, so that each is whole whatever was lost of it before; or, to a peer that knows none, as
/// tones.
///
/// A key goes on as soon as it is down. Keys that come faster than they may be sent wait.
public final class DigitSender implements Keys {

    private static final int MOST_WAITING = 32;
    private static final int BEAT = 20_000;
    private static final int PER_SECOND = 50;
    private static final int SHORTEST = 100_000;
    private static final int LONGEST = 5_000_000;
    private static final int LONGEST_DURATION = 0xFFFF;

    /// The last packet is sent three times, 20 ms apart; that makes a pause of 60 ms too.
    private static final int ENDS = 3;

    /// -10 dBm0.
    private static final byte VOLUME = 10;
    private static final int END = 0x80;
    private static final int LENGTH = 4;

    /// How keys are sent.
    public interface Form {

        /// Whether telephone events are understood, and by which number; negative: they are not.
        int eventNumber();

        /// Makes a packet of 20 ms of the tone of a key, or leaves it alone if that can't be done.
        ///
        /// @param frame number since the tone began
        /// @return whether it was made
        boolean tone(RtpPacket packet, int event, int frame, long now);
    }

    private final int clockRate;
    private final OutgoingStream stream;
    private final Form form;
    private final int[] events = new int[MOST_WAITING];
    private final int[] lengths = new int[MOST_WAITING];
    private final boolean[] whole = new boolean[MOST_WAITING];
    private int first;
    private int waiting;
    private boolean refusing;
    private long refused;

    private boolean playing;
    private int event;
    /// In microseconds, since the key began to be sent.
    private int elapsed;
    /// Timestamp of the segment, and how much of the key came before it, in ticks.
    private int begin;
    private int before;
    private int duration;
    private int endsLeft;

    /// @param clockRate of the telephone events that are sent, in ticks per second: that of the stream
    public DigitSender(int clockRate, OutgoingStream stream, Form form) {
        this.clockRate = clockRate;
        this.stream = stream;
        this.form = form;
    }

    @Override
    public void down(int event) {
        refusing = !add(event, 0, false);
    }

    @Override
    public void held(int micros) {
        if (!refusing && waiting > 0) {
            lengths[last()] = micros;
        }
    }

    @Override
    public void up(int micros) {
        held(micros);
        if (!refusing && waiting > 0) {
            whole[last()] = true;
        }
    }

    /// Sends a key whose length is known.
    ///
    /// @return false if too many are waiting
    public boolean press(int event, int micros) {
        return add(event, micros, true);
    }

    private boolean add(int event, int micros, boolean known) {
        if (waiting == MOST_WAITING) {
            refused++;
            return false;
        }
        waiting++;
        int i = last();
        events[i] = event;
        lengths[i] = micros;
        whole[i] = known;
        return true;
    }

    private int last() {
        return (first + waiting - 1) % MOST_WAITING;
    }

    /// Lets go of all keys, and says no more of them.
    public void forget() {
        waiting = 0;
        playing = false;
        endsLeft = 0;
        refusing = true;
    }

    /// Whether a key has the stream now; sound has to wait.
    public boolean busy() {
        return playing || endsLeft > 0 || waiting > 0;
    }

    /// How many keys were not sent because too many were waiting.
    public long refused() {
        return refused;
    }

    /// Every 20 ms.
    ///
    /// @param packet free to be used
    public void tick(RtpPacket packet, long now) {
        if (endsLeft > 0) {
            endsLeft--;
            if (form.eventNumber() >= 0) {
                say(packet, false, true, now);
            }
        } else if (playing) {
            play(packet, false, now);
        } else if (waiting > 0) {
            playing = true;
            event = events[first];
            elapsed = 0;
            before = 0;
            begin = stream.timestampAt(now);
            play(packet, true, now);
        }
    }

    private void play(RtpPacket packet, boolean begins, long now) {
        int length = Math.clamp(lengths[first], SHORTEST, LONGEST);
        elapsed += BEAT;
        boolean over = whole[first] && elapsed >= length;
        if (form.eventNumber() < 0) {
            if (form.tone(packet, event, elapsed / BEAT - 1, now)) {
                stream.insert(packet, stream.timestampAt(now), clockRate / PER_SECOND);
            }
        } else {
            // Not more than is known to have been held; an end that comes late must not make it shorter again.
            int said = Math.min(elapsed, length);
            duration = (int) ((long) said * clockRate / 1_000_000) - before;
            if (duration > LONGEST_DURATION) {
                nextSegment(packet, begins, now);
            }
            say(packet, begins, over, now);
        }
        if (over) {
            playing = false;
            endsLeft = ENDS - 1;
            first = (first + 1) % MOST_WAITING;
            waiting--;
        }
    }

    /// RFC 4733 §2.5.1.3.
    private void nextSegment(RtpPacket packet, boolean begins, long now) {
        int rest = duration - LONGEST_DURATION;
        duration = LONGEST_DURATION;
        say(packet, begins, false, now);
        begin += LONGEST_DURATION;
        before += LONGEST_DURATION;
        duration = rest;
    }

    private void say(RtpPacket packet, boolean begins, boolean ends, long now) {
        packet.compose(form.eventNumber(), LENGTH, now);
        byte[] bytes = packet.bytes();
        int at = packet.payload();
        bytes[at] = (byte) event;
        bytes[at + 1] = ends ? (byte) (VOLUME | END) : VOLUME;
        bytes[at + 2] = (byte) (duration >> 8);
        bytes[at + 3] = (byte) duration;
        if (begins) {
            packet.mark();
        }
        stream.insert(packet, begin, duration);
    }
}
