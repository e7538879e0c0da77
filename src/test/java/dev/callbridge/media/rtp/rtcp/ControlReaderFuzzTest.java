package dev.callbridge.media.rtp.rtcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;

class ControlReaderFuzzTest {

    /// Nothing behind the end is read, and nothing is thrown.
    @FuzzTest(maxDuration = "30s")
    void whateverArrivesIsReadOrSkipped(byte @NotNull [] bytes) {
        var counter = new ControlReader.Listener() {
            private int told;

            @Override
            public void sends(int source, int time) {
                told++;
            }

            @Override
            public void hears(int source, int lost, long jitter, int last, int delay) {
                told++;
            }
        };

        boolean readable = ControlReader.read(bytes, 0, bytes.length, counter);

        assertThat(counter.told).isLessThanOrEqualTo(bytes.length / 8);
        assertThat(readable || counter.told == 0).isTrue();
    }
}
