package dev.callbridge.media.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.media.rtp.RtpPacket;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class IceLegTest {

    private final StunDesk desk = new StunDesk(99);

    /// Otherwise ice4j asks a cloud for our address.
    @BeforeAll
    static void settings() {
        WarmUp.run(new DtlsIdentities(InstantSource.system()));
    }

    @AfterEach
    void stop() {
        desk.stop();
    }

    @Test
    void aLegThatIsOverAsksNothingMore() {
        var leg = new IceLeg(List.of(), desk, false, new Silent());
        var request = new DatagramPacket(stun(0x2112A442, 0), 20);
        assertThat(leg.sending(request)).isTrue();

        leg.free();

        assertThat(leg.sending(request)).isFalse();
    }

    @Test
    void onlyWholeMessagesWithTheMagicCookieAreStun() {
        assertThat(isStun(stun(0x2112A442, 0), 20)).isTrue();
        assertThat(isStun(stun(0x2112A443, 0), 20)).isFalse();
        assertThat(isStun(stun(0x2112A442, 4), 20)).isFalse();
        assertThat(isStun(stun(0x2112A442, 4), 24)).isTrue();
        assertThat(isStun(stun(0x2112A442, 3), 23)).isFalse();
        assertThat(isStun(stun(0x2112A442, 0), 19)).isFalse();
    }

    private static byte[] stun(int cookie, int promised) {
        return ByteBuffer.allocate(32)
                .putShort((short) 1)
                .putShort((short) promised)
                .putInt(cookie)
                .array();
    }

    private static boolean isStun(byte[] bytes, int length) {
        var packet = new RtpPacket();
        packet.received(length, 0);
        System.arraycopy(bytes, 0, packet.bytes(), packet.offset(), length);
        return StunDesk.isStun(packet);
    }

    private static final class Silent implements IceLeg.Listener {

        @Override
        public void reachable(IceLeg.Route route) {
            throw new AssertionError("nobody is there");
        }

        @Override
        public void unreachable() {
            throw new AssertionError("nobody was asked");
        }

        @Override
        public void checked(IcePort port, InetSocketAddress remote, String fragment) {
            throw new AssertionError("nobody is there");
        }
    }
}
