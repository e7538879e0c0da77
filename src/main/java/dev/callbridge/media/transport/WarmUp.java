package dev.callbridge.media.transport;

import dev.callbridge.media.rtp.codec.Sounds;
import dev.callbridge.sdp.AudioCodec;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import org.bouncycastle.tls.SRTPProtectionProfile;
import org.jitsi.srtp.crypto.Aes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sets what the libraries read from system properties, and pays before the first call for what is slow once: class
/// loading, cipher selection, random numbers.
public final class WarmUp {

    private static final Logger log = LoggerFactory.getLogger(WarmUp.class);

    /// java.util.logging forgets levels of loggers that nobody holds.
    private static final java.util.logging.Logger ICE4J = java.util.logging.Logger.getLogger("org.ice4j");

    private static final List<java.util.logging.Logger> QUIET = List.of(
            ICE4J, java.util.logging.Logger.getLogger("org.jitsi"), java.util.logging.Logger.getLogger("JitsiConfig"));

    private WarmUp() {}

    /// Once per process has an effect.
    public static void run(DtlsIdentities identities) {
        QUIET.forEach(logger -> logger.setLevel(Level.WARNING));
        settings();
        chooseAes();
        Sounds.of(AudioCodec.G722);
        try {
            handshake(identities.current());
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("DTLS doesn't work here", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // It has no address to gather, and says so.
        ICE4J.setLevel(Level.OFF);
        agent();
        ICE4J.setLevel(Level.WARNING);
    }

    /// What was set on the command line stays. ice4j reads these when its classes are loaded.
    private static void settings() {
        set("ice4j.harvest.mapping.aws.enabled", "false");
        set("ice4j.harvest.use-link-local-addresses", "false");
        set("ice4j.use-component-socket", "false");
        set("ice4j.consent-freshness.interval", "5seconds");
        set("ice4j.consent-freshness.max-retransmissions", "20");
        // So that the first check of a peer may be half a minute late.
        set("org.ice4j.MAX_RETRANSMISSIONS", "20");
        set("org.ice4j.REQUIRE_MESSAGE_INTEGRITY", "true");
    }

    private static void set(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }

    /// Otherwise jitsi-srtp measures all providers when the first call is answered.
    private static void chooseAes() {
        try {
            Aes.setFactoryClassName("OpenSSL");
            srtp();
        } catch (RuntimeException | LinkageError e) {
            log.info("SRTP uses the JDK's AES, not that of OpenSSL: {}", e.toString());
            Aes.setFactoryClassName("SunJCE");
            srtp();
        }
    }

    private static void srtp() {
        for (int profile : new int[] {
            SRTPProtectionProfile.SRTP_AEAD_AES_128_GCM, SRTPProtectionProfile.SRTP_AES128_CM_HMAC_SHA1_80
        }) {
            var keys = new SrtpKeys(profile, new byte[SrtpKeys.materialLength(profile)], true);
            new SrtpTransform(keys, 1).close();
        }
    }

    /// One handshake with ourselves.
    private static void handshake(DtlsIdentity identity)
            throws InterruptedException, ExecutionException, TimeoutException {
        var client = new End(identity);
        var server = new End(identity);
        client.connect(server);
        server.connect(client);
        server.association().start(false, identity.fingerprint());
        client.association().start(true, identity.fingerprint());
        client.done.get(20, TimeUnit.SECONDS);
        server.done.get(20, TimeUnit.SECONDS);
        client.association().release();
        server.association().release();
    }

    private static final class End implements DtlsAssociation.Listener {

        private final CompletableFuture<SrtpKeys> done = new CompletableFuture<>();
        private final CompletableFuture<End> peer = new CompletableFuture<>();
        private final DtlsAssociation association;

        private End(DtlsIdentity identity) {
            association = new DtlsAssociation(
                    identity,
                    (bytes, offset, length) -> {
                        byte[] copy = java.util.Arrays.copyOfRange(bytes, offset, offset + length);
                        peer.join().association.received(copy);
                    },
                    this);
        }

        private void connect(End other) {
            peer.complete(other);
        }

        private DtlsAssociation association() {
            return association;
        }

        @Override
        public void secured(SrtpKeys keys) {
            done.complete(keys);
        }

        @Override
        public void closed() {
            // Nobody waits for that.
        }

        @Override
        public void failed() {
            done.completeExceptionally(new IllegalStateException("handshake failed"));
        }
    }

    private static void agent() {
        var desk = new StunDesk(-1);
        var leg = new IceLeg(List.of(), desk, false, new IceLeg.Listener() {
            @Override
            public void reachable(IceLeg.Route route) {
                // Nobody is there.
            }

            @Override
            public void unreachable() {
                // As expected.
            }

            @Override
            public void checked(IcePort port, java.net.InetSocketAddress remote, String fragment) {
                // Nobody is there.
            }
        });
        leg.free();
        desk.stop();
    }
}
