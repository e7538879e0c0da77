package dev.callbridge.testkit;

import static java.util.Objects.requireNonNull;

import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sdp.Direction;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A browser without the browser: ICE, DTLS-SRTP and one tone that it sends while it hears another. It shares no code
/// with the bridge but the libraries for DTLS and SRTP.
///
/// The first offer or answer opens its ports. Later ones are for changes: [#wants] before it puts on hold,
/// [#restartIce] and [#moveTo] before it goes elsewhere, [#renewCertificate] before it takes other keys.
public final class WebRtcPeer implements AutoCloseable {

    private static final int LIMIT_SECONDS = 20;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("webrtc-peer").daemon().factory());
    private final PeerSound sound;
    private final CompletableFuture<Boolean> checked = new CompletableFuture<>();
    private final CompletableFuture<Boolean> connected = new CompletableFuture<>();
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private List<InetAddress> at;
    private List<AudioCodec> codecs = List.of(AudioCodec.G722, AudioCodec.PCMU, AudioCodec.PCMA);
    private Direction wish = Direction.SENDRECV;
    private boolean answersPassive;
    private boolean closed;
    private int version = 1;
    /// Of the peer's thread from here on.
    private @Nullable IcePeer ice;
    private @Nullable IcePeer nextIce;
    private DtlsPeer dtls = newDtls();
    private @Nullable DtlsPeer nextDtls;
    private @Nullable Boolean active;
    private boolean handshaking;
    private @Nullable PeerDescription theirs;

    /// On loopback, and on all other addresses of this machine.
    ///
    /// @param voice what it sends once it is connected
    public WebRtcPeer(Tone voice) {
        this(voice, IcePeer.ownAddresses());
    }

    /// @param at addresses of this machine that it has candidates at
    public WebRtcPeer(Tone voice, List<InetAddress> at) {
        this.at = List.copyOf(at);
        sound = new PeerSound(voice, packet -> {
            IcePeer way = ice;
            if (way != null) {
                way.send(packet);
            }
        });
        var _ = thread.scheduleAtFixedRate(sound::speak, 20, 20, TimeUnit.MILLISECONDS);
    }

    /// Which codecs it has, best liked first.
    public WebRtcPeer codecs(AudioCodec... liked) {
        codecs = List.of(liked);
        return this;
    }

    /// Answers `a=setup:passive` where it has the choice: waits for the handshake.
    public WebRtcPeer passive() {
        answersPassive = true;
        return this;
    }

    /// Answers each report at once with one on what it hears; without this it sends none but those of [#report].
    public WebRtcPeer reporting() {
        thread.execute(sound::answerReports);
        return this;
    }

    /// What its next description says: [Direction#SENDONLY] or [Direction#INACTIVE] to hold.
    public void wants(Direction direction) {
        wish = direction;
    }

    /// Its next description has new credentials and ports.
    public void restartIce() {
        run(() -> {
            if (nextIce != null) {
                nextIce.close();
            }
            nextIce = newIce();
            return true;
        });
    }

    /// As when a phone leaves the wireless network: from now on it has other addresses; what was sent to the old ones
    /// is
    /// lost. Its next description restarts ICE.
    public void moveTo(InetAddress... addresses) {
        at = List.of(addresses);
        fallSilent();
        restartIce();
    }

    /// Its next description has another fingerprint.
    public void renewCertificate() {
        run(() -> {
            nextDtls = newDtls();
            return true;
        });
    }

    /// Its offer, with all its candidates.
    public String offer() {
        return run(() -> described(PeerDescription.ALL_FORMATS, "actpass", "0", wish));
    }

    /// Its answer to `offer`, with all its candidates.
    public String answer(String offer) {
        return run(() -> {
            var read = new PeerDescription(offer);
            AudioCodec codec = read.codecs().stream()
                    .filter(codecs::contains)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no codec in common"));
            boolean opens = opens(read);
            Direction direction = wish.and(read.direction().mirrored());
            String formats = PeerDescription.formats(codec, read.number(codec), read.event());
            String answer = described(formats, opens ? "active" : "passive", read.mid(), direction);
            agree(read, opens, false, codec, direction);
            return answer;
        });
    }

    /// An association that stays keeps its roles (RFC 8842 §5.5).
    private boolean opens(PeerDescription offer) {
        if (active != null && nextDtls == null && offer.fingerprint().equals(theirsOr(offer))) {
            return active;
        }
        return switch (offer.setup()) {
            case "passive" -> true;
            case "active" -> false;
            default -> !answersPassive;
        };
    }

    private String theirsOr(PeerDescription read) {
        return theirs == null ? read.fingerprint() : theirs.fingerprint();
    }

    /// The answer to its offer.
    public void answered(String answer) {
        run(() -> {
            var read = new PeerDescription(answer);
            if (read.setup().equals("actpass")) {
                throw new IllegalStateException("an answer must choose who opens the handshake");
            }
            AudioCodec codec = read.codecs().stream().findFirst().orElseThrow();
            agree(
                    read,
                    read.setup().equals("passive"),
                    true,
                    codec,
                    wish.and(read.direction().mirrored()));
            return true;
        });
    }

    private String described(String formats, String setup, String mid, Direction direction) {
        IcePeer mine = nextIce != null ? nextIce : current();
        String fingerprint = (nextDtls != null ? nextDtls : dtls).fingerprint();
        return PeerDescription.write(++version, formats, mine, fingerprint, setup, mid, direction, sound.ssrc());
    }

    private IcePeer current() {
        IcePeer known = ice;
        if (known == null) {
            known = newIce();
            ice = known;
        }
        return known;
    }

    /// Offer and answer are both there.
    private void agree(PeerDescription read, boolean opens, boolean offered, AudioCodec codec, Direction direction) {
        sound.agreed(codec, read.number(codec), read.event(), direction);
        boolean otherKeys = nextDtls != null || !read.fingerprint().equals(theirsOr(read));
        theirs = read;
        if (active == null || otherKeys) {
            active = opens;
        }
        if (otherKeys) {
            dtls.vanish();
            dtls = nextDtls != null ? nextDtls : dtls;
            nextDtls = null;
            handshaking = false;
        }
        IcePeer restarted = nextIce;
        if (restarted != null) {
            restarted.start(offered, read.fragment(), read.password(), read.text());
        } else {
            current().start(offered, read.fragment(), read.password(), read.text());
        }
        if (current().isReachable()) {
            handshake();
        }
    }

    private IcePeer newIce() {
        var news = new Path();
        var made = new IcePeer(at, thread, news);
        news.ice = made;
        return made;
    }

    private DtlsPeer newDtls() {
        var news = new Keys();
        var made = new DtlsPeer(
                dtlsRecord -> {
                    IcePeer way = ice;
                    if (way != null) {
                        way.send(dtlsRecord);
                    }
                },
                news);
        news.dtls = made;
        return made;
    }

    private void handshake() {
        PeerDescription other = theirs;
        if (!handshaking && other != null && active != null) {
            handshaking = true;
            dtls.start(active, other.fingerprint());
        }
    }

    /// Waits until DTLS is up; from then on it sends its tone.
    public void awaitConnected() {
        var _ = connected.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }

    public boolean isConnected() {
        return connected.isDone();
    }

    /// Waits until one of its checks was answered; it goes on with DTLS by itself.
    public void awaitChecked() {
        var _ = checked.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }

    /// Whether its last restart of ICE has come to an end.
    public boolean isOnNewWay() {
        return run(() -> nextIce == null);
    }

    /// Waits until its connection has ended, for whatever reason.
    public void awaitEnd() {
        var _ = ended.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }

    /// What it hears and has heard, and the reports it got.
    public PeerSound sound() {
        return sound;
    }

    /// Whether for the last second it heard `other`, and not itself.
    public boolean hears(Tone other) {
        return sound.hears(other);
    }

    /// What it heard in the last second, for people to read.
    public String hearing(Tone other) {
        return sound.hearing(other);
    }

    /// Presses keys, one after the other.
    public void press(String keys) {
        thread.execute(() -> sound.press(keys));
    }

    /// Sends no sound any more, but stays.
    public void mute() {
        thread.execute(sound::mute);
    }

    /// Sends a report as it is (RFC 3550 §6), with the keys of the call.
    public void report(byte[] rtcp) {
        thread.execute(() -> sound.report(rtcp));
    }

    /// Vanishes from the network without a word, and hears nothing any more.
    public void fallSilent() {
        run(() -> {
            if (ice != null) {
                ice.fallSilent();
            }
            return true;
        });
    }

    private <T> T run(Callable<T> task) {
        try {
            return thread.submit(task).get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// As a page does when it goes: says goodbye on DTLS.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        run(() -> {
            dtls.close();
            if (nextDtls != null) {
                nextDtls.vanish();
            }
            if (ice != null) {
                ice.close();
            }
            if (nextIce != null) {
                nextIce.close();
            }
            return true;
        });
        thread.shutdownNow();
    }

    private final class Path implements IcePeer.Listener {

        private @Nullable IcePeer ice;

        @Override
        public void reachable() {
            IcePeer mine = requireNonNull(ice);
            checked.complete(true);
            if (nextIce == mine) {
                // The other end may need a moment more to find the new way.
                var _ = thread.schedule(requireNonNull(WebRtcPeer.this.ice)::close, 1, TimeUnit.SECONDS);
                WebRtcPeer.this.ice = mine;
                nextIce = null;
            }
            handshake();
        }

        @Override
        public void received(byte[] packet) {
            int first = packet[0] & 0xFF;
            if (first >= 20 && first <= 63) {
                (nextDtls == null ? dtls : nextDtls).received(packet);
            } else if (first >= 128 && first <= 191) {
                sound.received(packet);
            }
        }

        @Override
        public void lost() {
            if (WebRtcPeer.this.ice == ice) {
                ended.complete(true);
            }
        }
    }

    private final class Keys implements DtlsPeer.Listener {

        private @Nullable DtlsPeer dtls;

        @Override
        public void secured(SrtpPeer keys) {
            try {
                thread.execute(() -> {
                    if (WebRtcPeer.this.dtls == dtls) {
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
