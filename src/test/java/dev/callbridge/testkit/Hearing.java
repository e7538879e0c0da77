package dev.callbridge.testkit;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/// The last second of what somebody heard.
final class Hearing {

    private final ReentrantLock lock = new ReentrantLock();
    private short[] ring = new short[0];
    private int sampleRate;
    private long heard;

    void add(short[] samples, int rate) {
        lock.lock();
        try {
            if (rate != sampleRate) {
                sampleRate = rate;
                ring = new short[rate];
                heard = 0;
            }
            for (short sample : samples) {
                ring[(int) (heard++ % rate)] = sample;
            }
        } finally {
            lock.unlock();
        }
    }

    /// Whether for the last second `present` was there and `absent` was not.
    boolean isOnly(Tone present, Tone absent) {
        short[] second = lastSecond();
        int rate = second.length;
        return rate > 0 && present.isHeardIn(second, rate) && absent.isAbsentFrom(second, rate);
    }

    /// How much of each there was in the last second, for people to read.
    String describe(Tone... tones) {
        short[] second = lastSecond();
        return second.length == 0
                ? "less than a second heard"
                : Arrays.stream(tones)
                        .map(tone -> String.format(
                                "%d Hz: %.0f %% at %.0f dB",
                                tone.hertz(),
                                100 * tone.share(second, second.length),
                                tone.level(second, second.length)))
                        .collect(Collectors.joining(", "));
    }

    private short[] lastSecond() {
        lock.lock();
        try {
            if (sampleRate == 0 || heard < sampleRate) {
                return new short[0];
            }
            short[] second = new short[sampleRate];
            int start = (int) (heard % sampleRate);
            System.arraycopy(ring, start, second, 0, sampleRate - start);
            System.arraycopy(ring, 0, second, sampleRate - start, start);
            return second;
        } finally {
            lock.unlock();
        }
    }

    boolean isNothing() {
        lock.lock();
        try {
            return heard == 0;
        } finally {
            lock.unlock();
        }
    }

    /// Whether nothing above the finest steps of a codec was heard since the beginning, or since [#forget].
    boolean isSilent() {
        lock.lock();
        try {
            for (short sample : ring) {
                if (Math.abs(sample) > 16) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    void forget() {
        lock.lock();
        try {
            heard = 0;
            Arrays.fill(ring, (short) 0);
        } finally {
            lock.unlock();
        }
    }
}
