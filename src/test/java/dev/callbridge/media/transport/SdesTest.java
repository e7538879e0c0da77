package dev.callbridge.media.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.bridge.MediaProfile.Srtp;
import dev.callbridge.sdp.Crypto;
import dev.callbridge.sdp.SdpException;
import dev.callbridge.sdp.SessionDescription;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SdesTest {

    private static final String KEY = "inline:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5";
    private static final String OTHER_KEY = "inline:YTEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5";

    private static SessionDescription says(String protocol, String... crypto) {
        var text = new StringBuilder(
                        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 ")
                .append(protocol)
                .append(" 8\r\n");
        for (String line : crypto) {
            text.append("a=crypto:").append(line).append("\r\n");
        }
        try {
            return SessionDescription.parse(text.toString());
        } catch (SdpException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "OFF, RTP/AVP, false, true",
        "OFF, RTP/AVP, true, true",
        "OFF, RTP/SAVP, true, false",
        "OPTIONAL, RTP/AVP, false, true",
        "OPTIONAL, RTP/AVP, true, true",
        "OPTIONAL, RTP/SAVP, true, true",
        "OPTIONAL, RTP/SAVPF, true, true",
        "OPTIONAL, RTP/SAVP, false, false",
        "REQUIRED, RTP/AVP, false, false",
        "REQUIRED, RTP/AVP, true, true",
        "REQUIRED, RTP/SAVP, true, true",
        "REQUIRED, UDP/TLS/RTP/SAVPF, true, false"
    })
    void takesWhatTheSettingAllows(Srtp setting, String protocol, boolean withKey, boolean fits) {
        SessionDescription offer = withKey ? says(protocol, "1 AES_CM_128_HMAC_SHA1_80 " + KEY) : says(protocol);

        assertThat(new Sdes(setting).fits(offer)).isEqualTo(fits);
        assertThat(new Sdes(setting).read(offer, false).isPresent()).isEqualTo(fits);
    }

    /// RFC 4568 §9.1, and what can't be taken: unknown suites, short keys, identified keys, parameters.
    @ParameterizedTest
    @CsvSource({
        "1 AES_CM_128_HMAC_SHA1_80 inline:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5, true",
        "2 AES_CM_128_HMAC_SHA1_32 inline:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5|2^31, true",
        "1 aes_cm_128_hmac_sha1_80 INLINE:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5, true",
        "1 AES_256_CM_HMAC_SHA1_80 inline:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5, false",
        "1 AES_CM_128_HMAC_SHA1_80 inline:MDEyMzQ1Njc4OTAxMjM0NTY3, false",
        "1 AES_CM_128_HMAC_SHA1_80 inline:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5|2^31|1:1, false",
        "1 AES_CM_128_HMAC_SHA1_80 inline:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5|1:4, false",
        "1 AES_CM_128_HMAC_SHA1_80 inline:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5 UNENCRYPTED_SRTP, false",
        "one AES_CM_128_HMAC_SHA1_80 inline:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5, false"
    })
    void understandsWhatCanBeUsed(String line, boolean understood) {
        assertThat(Crypto.of(says("RTP/SAVP", line).audio().orElseThrow())).hasSize(understood ? 1 : 0);
    }

    @Nested
    class WhenWeOffer {

        private final Sdes sdes = new Sdes(Srtp.OPTIONAL);

        @Test
        void eachSuiteHasAKeyOfItsOwn() {
            assertThat(sdes.forOffer()).extracting(Crypto::suite).containsExactly(Crypto.Suite.values());
            assertThat(sdes.forOffer()).extracting(Crypto::key).doesNotHaveDuplicates();
        }

        @Test
        void theChosenOneStays() {
            Crypto second = sdes.forOffer().get(1);

            sdes.settle(sdes.read(says("RTP/AVP", "2 AES_CM_128_HMAC_SHA1_32 " + KEY), true)
                    .orElseThrow());

            assertThat(sdes.agreed().ours()).isEqualTo(second);
            assertThat(sdes.forOffer()).containsExactly(second);
        }

        @Test
        void anAnswerWithoutKeysIsPlain() {
            sdes.forOffer();

            assertThat(sdes.read(says("RTP/AVP"), true)).contains(new Sdes.Agreed(null, null));
        }

        @Test
        void anAnswerWithoutKeysIsNothingWhereTheyAreRequired() {
            var required = new Sdes(Srtp.REQUIRED);
            required.forOffer();

            assertThat(required.read(says("RTP/SAVP"), true)).isEmpty();
        }
    }

    @Nested
    class WhenTheyOffer {

        private final Sdes sdes = new Sdes(Srtp.REQUIRED);

        private Sdes.Agreed offered(String... lines) {
            Sdes.Agreed agreed = sdes.read(says("RTP/SAVP", lines), false).orElseThrow();
            sdes.settle(agreed);
            return agreed;
        }

        @Test
        void theFirstLineThatWeUnderstandIsAnswered() {
            offered("1 AES_256_CM_HMAC_SHA1_80 " + KEY, "2 AES_CM_128_HMAC_SHA1_32 " + KEY);

            assertThat(sdes.forAnswer()).extracting(Crypto::tag).containsExactly(2);
            assertThat(sdes.forAnswer().getFirst().suite()).isEqualTo(Crypto.Suite.AES_CM_128_HMAC_SHA1_32);
        }

        @Test
        void ourKeyStaysWhateverTheySendWith() {
            Sdes.Agreed before = offered("1 AES_CM_128_HMAC_SHA1_80 " + KEY);
            Sdes.Agreed same = offered("3 AES_CM_128_HMAC_SHA1_80 " + KEY);
            assertThat(same.sendsLike(before)).isTrue();
            assertThat(same.receivesLike(before)).isTrue();

            Sdes.Agreed rekeyed = offered("1 AES_CM_128_HMAC_SHA1_80 " + OTHER_KEY);

            assertThat(rekeyed.sendsLike(same)).isTrue();
            assertThat(rekeyed.receivesLike(same)).isFalse();
        }

        @Test
        void anotherSuiteHasAnotherKey() {
            Sdes.Agreed before = offered("1 AES_CM_128_HMAC_SHA1_80 " + KEY);

            assertThat(offered("1 AES_CM_128_HMAC_SHA1_32 " + KEY).sendsLike(before))
                    .isFalse();
        }

        @Test
        void keysAreNotShown() {
            assertThat(offered("1 AES_CM_128_HMAC_SHA1_80 " + KEY).toString()).doesNotContain("MDEy");
        }
    }
}
