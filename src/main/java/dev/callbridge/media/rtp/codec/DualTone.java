package dev.callbridge.media.rtp.codec;

import dev.callbridge.sdp.AudioCodec;

/// The sound of a key: two tones at once (ITU-T Q.23), for a side that can't be told of keys otherwise.
public final class DualTone {

    private static final int RATE = 8000;
    private static final int[] LOW = {697, 770, 852, 941};
    private static final int[] HIGH = {1209, 1336, 1477, 1633};

    /// By event code, 0 to 15: row and column on the keypad.
    private static final String KEYPAD = "123A456B789C*0#D";
    private static final String EVENTS = "0123456789*#ABCD";

    /// Peak of each of the two sines, -10 dBm0.
    private static final double LOUD = 32767 * Math.pow(10, (-10 - 3.14) / 20);

    private DualTone() {}

    /// Whether the sound can be made in this codec.
    public static boolean speaks(AudioCodec codec) {
        return codec != AudioCodec.G722;
    }

    /// Writes a frame of 20 ms.
    ///
    /// @param event 0 to 15
    /// @param number of the frame since the tone began
    public static void write(AudioCodec codec, int event, int number, byte[] to, int at) {
        int place = KEYPAD.indexOf(EVENTS.charAt(event));
        double low = 2 * Math.PI * LOW[place / 4] / RATE;
        double high = 2 * Math.PI * HIGH[place % 4] / RATE;
        for (int i = 0; i < Sounds.FRAME; i++) {
            int moment = number * Sounds.FRAME + i;
            int sample = (int) Math.round(LOUD * (Math.sin(low * moment) + Math.sin(high * moment)));
            to[at + i] = codec == AudioCodec.PCMU ? G711.muLaw(sample) : G711.aLaw(sample);
        }
    }
}
