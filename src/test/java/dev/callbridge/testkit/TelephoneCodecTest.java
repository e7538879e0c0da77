package dev.callbridge.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.sdp.AudioCodec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TelephoneCodecTest {

    private static final Tone TONE = new Tone(1000);

    @ParameterizedTest
    @EnumSource(AudioCodec.class)
    void givesBackTheToneThatWentIn(AudioCodec kind) {
        TelephoneCodec codec = TelephoneCodec.of(kind);
        int rate = codec.sampleRate();

        byte[] payload = codec.encode(TONE.samples(0, rate, rate));
        short[] heard = codec.decode(payload);

        assertThat(payload).hasSize(8000);
        assertThat(TONE.share(heard, rate)).isGreaterThan(0.97);
        assertThat(TONE.level(heard, rate)).isBetween(-1.0, 1.0);
        assertThat(new Tone(450).isAbsentFrom(heard, rate)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(AudioCodec.class)
    void keepsSilenceSilent(AudioCodec kind) {
        TelephoneCodec codec = TelephoneCodec.of(kind);

        short[] heard = codec.decode(codec.encode(new short[codec.sampleRate()]));

        assertThat(TONE.level(heard, codec.sampleRate())).isLessThan(-50);
    }
}
