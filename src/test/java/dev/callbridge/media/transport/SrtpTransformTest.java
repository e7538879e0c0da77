package dev.callbridge.media.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.media.rtp.RtpPacket;
import org.bouncycastle.tls.SRTPProtectionProfile;
import org.junit.jupiter.api.Test;

class SrtpTransformTest {

    private static final int PROFILE = SRTPProtectionProfile.SRTP_AES128_CM_HMAC_SHA1_80;
    private static final byte[] MATERIAL = new byte[SrtpKeys.materialLength(PROFILE)];

    private static SrtpTransform transform(boolean client, int ssrc) {
        return new SrtpTransform(new SrtpKeys(PROFILE, MATERIAL, client), ssrc);
    }

    /// A PBX may begin another stream whenever it holds, resumes or hands the call on.
    @Test
    void aPeerThatBeginsAnotherStreamTwentyTimesIsStillHeard() {
        SrtpTransform receiver = transform(false, 1);
        var packet = new RtpPacket();
        for (int ssrc = 100; ssrc < 120; ssrc++) {
            packet.compose(0, 160, 0);
            packet.ssrc(ssrc);
            assertThat(transform(true, ssrc).protect(packet)).isTrue();

            assertThat(receiver.unprotect(packet)).as("stream %d", ssrc).isTrue();
        }
    }
}
