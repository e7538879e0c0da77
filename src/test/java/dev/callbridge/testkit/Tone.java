package dev.callbridge.testkit;

/// A sine, made and found: each end of a test call sends its own frequency, and must hear the other's and not its own.
///
/// @param hertz well below half of every sample rate in use, and a multiple of 50: whole periods in 20 ms
public record Tone(int hertz) {

    /// Peak of what is sent: loud, and far from clipping.
    public static final double AMPLITUDE = 8000;

    /// The share of all power in `samples` that is at this frequency: near 1 if it is there and nothing else is, near
    /// 0 if it isn't or if nothing is.
    public double share(short[] samples, int sampleRate) {
        double power = power(samples);
        return power < 1 ? 0 : atFrequency(samples, sampleRate) / power;
    }

    /// Root mean square of this frequency alone in `samples`, relative to [#AMPLITUDE] as it was sent, in decibels.
    public double level(short[] samples, int sampleRate) {
        double sent = AMPLITUDE * AMPLITUDE / 2;
        return 10 * Math.log10(Math.max(1e-6, atFrequency(samples, sampleRate)) / sent);
    }

    /// Whether this tone is clearly there and makes up most of the sound.
    public boolean isHeardIn(short[] samples, int sampleRate) {
        return share(samples, sampleRate) > 0.9 && Math.abs(level(samples, sampleRate)) < 3;
    }

    /// Whether there is none of this tone, as far as a telephone can tell.
    public boolean isAbsentFrom(short[] samples, int sampleRate) {
        return level(samples, sampleRate) < -30;
    }

    /// @param from the number of the first sample since the tone began
    public short[] samples(long from, int count, int sampleRate) {
        short[] samples = new short[count];
        for (int i = 0; i < count; i++) {
            double phase = 2 * Math.PI * hertz * ((from + i) % sampleRate) / sampleRate;
            samples[i] = (short) Math.round(AMPLITUDE * Math.sin(phase));
        }
        return samples;
    }

    private static double power(short[] samples) {
        double sum = 0;
        for (short sample : samples) {
            sum += (double) sample * sample;
        }
        return samples.length == 0 ? 0 : sum / samples.length;
    }

    /// Goertzel: power of the one frequency.
    private double atFrequency(short[] samples, int sampleRate) {
        double coefficient = 2 * Math.cos(2 * Math.PI * hertz / sampleRate);
        double before = 0;
        double last = 0;
        for (short sample : samples) {
            double next = sample + coefficient * last - before;
            before = last;
            last = next;
        }
        double magnitude = last * last + before * before - coefficient * last * before;
        return samples.length == 0 ? 0 : 2 * magnitude / samples.length / samples.length;
    }
}
