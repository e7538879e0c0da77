package dev.callbridge.media.rtp.codec;

import dev.callbridge.sdp.AudioCodec;
import java.util.Arrays;

/// What we say ourselves in one codec, encoded once for all calls: frames of 20 ms.
public final class Sounds {

    /// Bytes of a frame, and ticks of its RTP clock too.
    public static final int FRAME = 160;

    private static final int PER_SECOND = 50;

    /// Seconds from one hold signal to the next.
    private static final int HOLD = 5;

    private static final double HERTZ = 425;

    /// Peak of a sine of -30 dBm0; one of full scale has 3.14 dBm0 (ITU-T G.711 §4).
    private static final double QUIET = 32767 * Math.pow(10, (-30 - 3.14) / 20);

    private static final Sounds PCMU = new Sounds(AudioCodec.PCMU, 8000);
    private static final Sounds PCMA = new Sounds(AudioCodec.PCMA, 8000);
    private static final Sounds G722 = new Sounds(AudioCodec.G722, 16000);

    private final byte[] silence;
    private final byte[] onHold;

    private Sounds(AudioCodec codec, int rate) {
        byte[] still = encoded(codec, new short[2 * rate]);
        silence = Arrays.copyOfRange(still, still.length - FRAME, still.length);
        onHold = encoded(codec, beeps(rate));
    }

    public static Sounds of(AudioCodec codec) {
        return switch (codec) {
            case PCMU -> PCMU;
            case PCMA -> PCMA;
            case G722 -> G722;
        };
    }

    /// Two short beeps, and then nothing.
    private static short[] beeps(int rate) {
        short[] samples = new short[HOLD * rate];
        for (int i = 0; i < rate * 6 / 10; i++) {
            double at = (double) i / rate;
            boolean on = at % 0.3 < 0.15;
            samples[i] = on ? (short) Math.round(QUIET * Math.sin(2 * Math.PI * HERTZ * at)) : 0;
        }
        return samples;
    }

    private static byte[] encoded(AudioCodec codec, short[] samples) {
        if (codec == AudioCodec.G722) {
            return new G722Encoder().encode(samples);
        }
        byte[] payload = new byte[samples.length];
        for (int i = 0; i < samples.length; i++) {
            payload[i] = codec == AudioCodec.PCMU ? G711.muLaw(samples[i]) : G711.aLaw(samples[i]);
        }
        return payload;
    }

    /// Writes a frame in which nothing is to be heard.
    public void silence(byte[] to, int at) {
        System.arraycopy(silence, 0, to, at, FRAME);
    }

    /// Writes a frame of the signal that tells people that they are on hold: two quiet beeps every five seconds.
    ///
    /// @param number of the frame since the signal began
    public void onHold(int number, byte[] to, int at) {
        int frame = Math.floorMod(number, HOLD * PER_SECOND);
        System.arraycopy(onHold, frame * FRAME, to, at, FRAME);
    }
}
