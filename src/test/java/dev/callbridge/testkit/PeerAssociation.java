package dev.callbridge.testkit;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What secures a [WebRtcPeer]: its DTLS association, and the next one, if an end takes another certificate. Of the
/// peer's thread.
final class PeerAssociation {

    private final Consumer<byte[]> out;
    private final Executor thread;
    private final PeerSound sound;
    private final CompletableFuture<Boolean> connected;
    private final CompletableFuture<Boolean> ended;
    private DtlsPeer dtls;
    private @Nullable DtlsPeer next;
    private @Nullable Boolean active;
    private boolean handshaking;
    private @Nullable PeerDescription theirs;

    /// @param out takes what is to be sent
    /// @param sound gets the keys
    PeerAssociation(
            Consumer<byte[]> out,
            Executor thread,
            PeerSound sound,
            CompletableFuture<Boolean> connected,
            CompletableFuture<Boolean> ended) {
        this.out = out;
        this.thread = thread;
        this.sound = sound;
        this.connected = connected;
        this.ended = ended;
        this.dtls = create();
    }

    private DtlsPeer create() {
        var news = new News();
        var made = new DtlsPeer(out, news);
        news.dtls = made;
        return made;
    }

    /// For the next description.
    String fingerprint() {
        return (next != null ? next : dtls).fingerprint();
    }

    /// The next description has another fingerprint.
    void renew() {
        next = create();
    }

    /// Whether this end opens the handshake. An association that stays keeps its roles (RFC 8842 §5.5).
    ///
    /// @param passive whether it would rather wait for it
    boolean opens(PeerDescription offer, boolean passive) {
        if (active != null && next == null && offer.fingerprint().equals(theirsOr(offer))) {
            return active;
        }
        return switch (offer.setup()) {
            case "passive" -> true;
            case "active" -> false;
            default -> !passive;
        };
    }

    private String theirsOr(PeerDescription read) {
        return theirs == null ? read.fingerprint() : theirs.fingerprint();
    }

    /// Offer and answer are both there.
    void agree(PeerDescription read, boolean opens) {
        boolean otherKeys = next != null || !read.fingerprint().equals(theirsOr(read));
        theirs = read;
        if (active == null || otherKeys) {
            active = opens;
        }
        if (otherKeys) {
            dtls.vanish();
            dtls = next != null ? next : dtls;
            next = null;
            handshaking = false;
        }
    }

    /// Begins where it has not, as soon as it is agreed on who opens it.
    void handshake() {
        PeerDescription other = theirs;
        if (!handshaking && other != null && active != null) {
            handshaking = true;
            dtls.start(active, other.fingerprint());
        }
    }

    void received(byte[] packet) {
        (next == null ? dtls : next).received(packet);
    }

    /// Says goodbye.
    void close() {
        dtls.close();
        if (next != null) {
            next.vanish();
        }
    }

    private final class News implements DtlsPeer.Listener {

        private @Nullable DtlsPeer dtls;

        @Override
        public void secured(SrtpPeer keys) {
            try {
                thread.execute(() -> {
                    if (PeerAssociation.this.dtls == dtls) {
                        sound.secured(keys);
                        connected.complete(true);
                    }
                });
            } catch (RejectedExecutionException _) {
                // Closed meanwhile.
            }
        }

        @Override
        public void ended() {
            ended.complete(true);
            sound.mute();
        }
    }
}
