package dev.callbridge.media.rtp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.sdp.AudioCodec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SoundsTest {

    private final byte[] frame = new byte[Sounds.FRAME];

    private boolean isSound(AudioCodec codec) {
        return Loudness.isSound(codec, frame, 0, frame.length);
    }

    @ParameterizedTest
    @EnumSource(AudioCodec.class)
    void silenceIsNotHeard(AudioCodec codec) {
        Sounds.of(codec).silence(frame, 0);

        assertThat(isSound(codec)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(AudioCodec.class)
    void theHoldSignalIsTwoBeepsEveryFiveSeconds(AudioCodec codec) {
        var pattern = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            Sounds.of(codec).onHold(i, frame, 0);
            pattern.append(isSound(codec) ? '#' : '.');
        }

        // An adaptive codec needs a moment until it is silent again.
        String shape = pattern.toString().replaceAll("\\.+", ".").replaceAll("#+", "#");
        assertThat(shape).isEqualTo("#.#.#.#.");
        assertThat(pattern.substring(50, 250)).matches("\\.+");
    }
}
