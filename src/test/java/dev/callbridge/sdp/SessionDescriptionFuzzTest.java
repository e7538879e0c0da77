package dev.callbridge.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionDescriptionFuzzTest {

    /// Nonsense is refused by the one exception that says so, and what is not refused can be used.
    @FuzzTest(maxDuration = "30s")
    void whateverArrivesIsReadOrRefused(@NotNull String text) {
        readOrRefuse(text);
    }

    /// The same for pieces of what real clients sent, put together wrongly.
    @Test
    void tornDescriptionsAreReadOrRefused() {
        for (String name : new String[] {"chromium-156-offer.sdp", "firefox-153-offer.sdp", "nheko-0.11-offer.sdp"}) {
            String whole = Fixtures.text(name);
            for (int at = 0; at < whole.length(); at += 7) {
                readOrRefuse(whole.substring(0, at));
                readOrRefuse("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n" + whole.substring(at));
                readOrRefuse(whole.substring(0, at) + "\u0000" + whole.substring(at));
            }
        }
    }

    private static void readOrRefuse(String text) {
        SessionDescription read;
        try {
            read = SessionDescription.parse(text);
        } catch (SdpException _) {
            return;
        }
        assertThat(read.audio().map(AudioFormats::of).isPresent())
                .isEqualTo(read.audioDirection().isPresent());
        assertThat(read.streamId().map(String::isEmpty)).isNotEqualTo(Optional.of(true));
        assertThat(WebRtcTransport.of(read).map(WebRtcTransport::ufrag)).isNotNull();
        assertThat(Fixtures.parsed(read.text()).media()).hasSameSizeAs(read.media());
    }
}
