package dev.callbridge.media.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.media.rtp.OutgoingStream;
import dev.callbridge.media.rtp.RtpPacket;
import dev.callbridge.media.rtp.RtpSink;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sdp.AudioFormats;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.OfferAnswer;
import dev.callbridge.sdp.Origin;
import dev.callbridge.sdp.OwnRtp;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.SRTPProtectionProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PacketPathTest {

    private static final int ROUNDS = 5000;
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Shard shard = new Shard(99);
    private final PortPool ports = new PortPool(42000, 42999, Duration.ZERO, System::nanoTime);

    @AfterEach
    void stop() {
        shard.stop();
    }

    /// A peer, and our end towards it.
    private final class Side implements AutoCloseable {

        private final DatagramSocket peer;
        private final RtpEndpoint ours;
        private final InetSocketAddress to;
        private final byte[] sent = new byte[172];
        private final byte[] received = new byte[2048];
        private int sequence;

        private Side() throws IOException {
            var loopback = InetAddress.ofLiteral("127.0.0.1");
            peer = new DatagramSocket(new InetSocketAddress(loopback, 0));
            peer.setSoTimeout(5000);
            var profile = new MediaProfile.PlainRtp(List.of(AudioCodec.PCMA), loopback);
            ours = RtpEndpoint.open(shard, ports, profile, null, new Deaf()).orElseThrow();
            SequencedMap<AudioCodec, Integer> codecs = new LinkedHashMap<>(Map.of(AudioCodec.PCMA, 8));
            var formats = new AudioFormats(codecs, null);
            var own = new OwnRtp(Origin.first("1", "127.0.0.1"), "127.0.0.1", peer.getLocalPort());
            int port = ours.offer(formats, Direction.SENDRECV).audioPort().orElseThrow();
            to = new InetSocketAddress(loopback, port);
            assertThat(ours.meet(OfferAnswer.plainOffer(own, formats, Direction.SENDRECV), true))
                    .isTrue();
        }

        private void speak() throws IOException {
            sequence++;
            ByteBuffer.wrap(sent)
                    .put((byte) 0x80)
                    .put((byte) 8)
                    .putShort((short) sequence)
                    .putInt(160 * sequence)
                    .putInt(7);
            peer.send(new DatagramPacket(sent, sent.length, to));
        }

        private void hear() throws IOException {
            peer.receive(new DatagramPacket(received, received.length));
        }

        @Override
        public void close() {
            ours.close();
            peer.close();
        }
    }

    private static void talk(Side one, Side other) throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            one.speak();
            other.hear();
            other.speak();
            one.hear();
        }
    }

    /// Protects and checks each packet on its way.
    private static RtpSink secured(RtpSink next, int ssrc) {
        int profile = SRTPProtectionProfile.SRTP_AEAD_AES_128_GCM;
        byte[] material = new byte[SrtpKeys.materialLength(profile)];
        var here = new SrtpTransform(new SrtpKeys(profile, material, true), ssrc);
        var there = new SrtpTransform(new SrtpKeys(profile, material, false), ssrc);
        return packet -> {
            if (here.protect(packet) && packet.hasHeader() && there.unprotect(packet)) {
                next.take(packet);
            }
        };
    }

    private static RtpSink way(RtpSink last, int ssrc) {
        return new OutgoingStream(ssrc, 1, 1, 8000, last);
    }

    /// @return bytes per packet that the shard's thread allocated, at the best of some times: what the path itself
    ///         allocates it allocates always
    private long allocated(boolean securely) throws Exception {
        var thread = new CompletableFuture<Long>();
        try (var one = new Side();
                var other = new Side()) {
            RtpSink toOne = securely ? secured(one.ours.speak(), one.ours.ssrc()) : one.ours.speak();
            RtpSink toOther = securely ? secured(other.ours.speak(), other.ours.ssrc()) : other.ours.speak();
            shard.execute(() -> {
                one.ours.hear(way(toOther, other.ours.ssrc()));
                other.ours.hear(way(toOne, one.ours.ssrc()));
                thread.complete(Thread.currentThread().threadId());
            });
            long id = thread.get(10, TimeUnit.SECONDS);
            talk(one, other);
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 3; i++) {
                long before = THREADS.getThreadAllocatedBytes(id);
                assertThat(before).as("bytes so far, if they are counted").isPositive();
                talk(one, other);
                least = Math.min(least, (THREADS.getThreadAllocatedBytes(id) - before) / (2 * ROUNDS));
            }
            return least;
        }
    }

    /// 16 were measured: those of the JDK's selector and channel. The smallest object of ours would be 16 more.
    @Test
    void nothingOfOursIsAllocatedPerPacket() throws Exception {
        assertThat(allocated(false)).as("bytes per packet").isLessThan(32);
    }

    /// 252 were measured, to protect a packet and to check it.
    @Test
    void securingAPacketAllocatesNoMoreThanTheLibraryDoes() throws Exception {
        assertThat(allocated(true)).as("bytes per packet").isLessThanOrEqualTo(512);
    }

    @Test
    void sendsToThePortThatTheTrunkReallySendsFrom() throws Exception {
        var heard = new CompletableFuture<Boolean>();
        try (var one = new Side();
                var other = new Side();
                var moved = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))) {
            moved.setSoTimeout(5000);
            shard.execute(() -> {
                one.ours.hear(way(other.ours.speak(), other.ours.ssrc()));
                other.ours.hear(way(one.ours.speak(), one.ours.ssrc()));
                heard.complete(true);
            });
            assertThat(heard.get(10, TimeUnit.SECONDS)).isTrue();
            // Not latched yet: the first packet decides, from whatever port of the host.
            byte[] packet = one.sent;
            ByteBuffer.wrap(packet).put((byte) 0x80).put((byte) 8).putShort((short) 1);
            moved.send(new DatagramPacket(packet, packet.length, one.to));
            other.hear();

            other.speak();

            moved.receive(new DatagramPacket(new byte[RtpPacket.LONGEST], RtpPacket.LONGEST));
        }
    }
}
