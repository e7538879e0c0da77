package dev.callbridge.media.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.media.rtp.RtpPacket;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DtlsAssociationTest {

    private final DtlsIdentity one = DtlsIdentity.make(Instant.now());
    private final DtlsIdentity other = DtlsIdentity.make(Instant.now());

    private final End client = new End(one);
    private final End server = new End(other);

    /// One end, wired to the other in memory.
    private static final class End implements DtlsAssociation.Listener {

        private final CompletableFuture<SrtpKeys> keys = new CompletableFuture<>();
        private final CompletableFuture<Boolean> closed = new CompletableFuture<>();
        private final CompletableFuture<Boolean> failed = new CompletableFuture<>();
        private final CompletableFuture<End> peer = new CompletableFuture<>();
        private final DtlsAssociation dtls;

        private End(DtlsIdentity identity) {
            dtls = new DtlsAssociation(
                    identity,
                    (bytes, offset, length) ->
                            peer.join().dtls.received(Arrays.copyOfRange(bytes, offset, offset + length)),
                    this);
        }

        @Override
        public void secured(SrtpKeys agreed) {
            keys.complete(agreed);
        }

        @Override
        public void closed() {
            closed.complete(true);
        }

        @Override
        public void failed() {
            failed.complete(true);
        }
    }

    private void connect(String fingerprintOfServer, String fingerprintOfClient) {
        client.peer.complete(server);
        server.peer.complete(client);
        client.dtls.start(true, fingerprintOfServer);
        server.dtls.start(false, fingerprintOfClient);
    }

    private static <T> T soon(CompletableFuture<T> future) {
        return future.orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Test
    void bothRolesGetKeysThatFit() {
        connect(other.fingerprint(), one.fingerprint());

        var sending = new SrtpTransform(soon(client.keys), 5);
        var receiving = new SrtpTransform(soon(server.keys), 6);
        RtpPacket packet = packet();
        assertThat(sending.protect(packet)).isTrue();
        assertThat(packet.length()).isGreaterThan(172);
        packet.received(packet.length(), 0);
        assertThat(receiving.unprotect(packet)).isTrue();
        assertThat(packet.length()).isEqualTo(172);
    }

    @Test
    void aPacketThatWasTamperedWithIsRefused() {
        connect(other.fingerprint(), one.fingerprint());

        var sending = new SrtpTransform(soon(client.keys), 5);
        var receiving = new SrtpTransform(soon(server.keys), 6);
        RtpPacket packet = packet();
        assertThat(sending.protect(packet)).isTrue();
        packet.bytes()[packet.offset() + 20] ^= 1;
        assertThat(receiving.unprotect(packet)).isFalse();
        assertThat(receiving.refused()).isEqualTo(1);
    }

    private static RtpPacket packet() {
        var packet = new RtpPacket();
        packet.received(172, 0);
        packet.bytes()[packet.offset()] = (byte) 0x80;
        packet.ssrc(5);
        packet.sequence(1);
        return packet;
    }

    @Test
    void aClientRefusesAServerThatIsNotTheOneItExpects() {
        connect(one.fingerprint(), one.fingerprint());

        assertThat(soon(client.failed)).isTrue();
        assertThat(client.keys).isNotDone();
    }

    @Test
    void aServerRefusesAClientThatIsNotTheOneItExpects() {
        connect(other.fingerprint(), other.fingerprint());

        assertThat(soon(server.failed)).isTrue();
        assertThat(server.keys).isNotDone();
    }

    @Test
    void aGoodbyeArrives() {
        connect(other.fingerprint(), one.fingerprint());
        soon(client.keys);
        soon(server.keys);

        client.dtls.release();

        assertThat(soon(server.closed)).isTrue();
        assertThat(client.closed).isNotDone();
    }
}
