package dev.callbridge.media.transport;

import dev.callbridge.bridge.Addresses;
import dev.callbridge.bridge.MediaProfile.SymmetricRtp;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Decides who is heard and where is sent to, by what the trunk's description names and where packets come from. Of the
/// shard's thread; without a clock.
///
/// The first source that is believed at all is heard at once. For three seconds a better one may take its place; after
/// that only another port of a host that is believed, when the one that is heard has fallen silent.
final class Latch {

    private static final long LEARNING = Duration.ofSeconds(3).toNanos();
    private static final long SILENCE = Duration.ofSeconds(1).toNanos();

    /// How long packets of the former source may still be on their way.
    private static final long STALE = Duration.ofSeconds(1).toNanos();

    /// How much a source is believed, best first.
    enum Rank {
        /// Just as described.
        NAMED,
        /// The described host, another port.
        HOST,
        /// The host that the trunk's messages come from.
        SIGNALING,
        /// A neighbour of the described host, which can't be reached where it says.
        NEAR,
        /// Anybody, because the described host can't be reached where it says.
        ANY
    }

    private final SymmetricRtp mode;
    private final InetAddress local;
    private final @Nullable InetAddress signaling;
    private @Nullable InetSocketAddress named;
    private @Nullable InetSocketAddress source;
    private @Nullable InetSocketAddress previous;
    private Rank rank = Rank.ANY;
    private boolean held;
    private long learnedSince;
    private long lastHeard;
    private long changed;

    /// @param signaling where the trunk's messages come from, if that is known
    /// @param local our address towards it
    Latch(SymmetricRtp mode, @Nullable InetAddress signaling, InetAddress local) {
        this.mode = mode;
        this.signaling = signaling;
        this.local = local;
    }

    /// The trunk described itself, or did so anew.
    void named(InetSocketAddress address, long now) {
        held = false;
        learnedSince = now;
        if (!address.equals(named)) {
            named = address;
            previous = source;
            source = null;
            changed = now;
        }
    }

    /// The trunk wants nothing to be sent at all (`c=0.0.0.0`).
    void held() {
        held = true;
    }

    /// Where packets go; null: nowhere.
    @Nullable InetSocketAddress target() {
        if (held) {
            return null;
        }
        return source == null || mode == SymmetricRtp.STRICT ? named : source;
    }

    /// Whether a packet from there is heard.
    boolean hears(InetSocketAddress from, long now) {
        if (source != null && source.equals(from)) {
            lastHeard = now;
            return true;
        }
        if (named == null || isStale(from, named, now)) {
            return false;
        }
        Rank candidate = rank(from, named);
        if (candidate == null || !mayReplace(candidate, from, now)) {
            return false;
        }
        if (source == null) {
            learnedSince = now;
        }
        source = from;
        rank = candidate;
        lastHeard = now;
        return true;
    }

    private boolean isStale(InetSocketAddress from, InetSocketAddress now, long time) {
        return from.equals(previous) && !from.equals(now) && time - changed < STALE;
    }

    private boolean mayReplace(Rank candidate, InetSocketAddress from, long now) {
        if (source == null) {
            return true;
        }
        if (now - learnedSince < LEARNING && candidate.compareTo(rank) < 0) {
            return true;
        }
        boolean believed =
                candidate.compareTo(Rank.HOST) <= 0 || source.getAddress().equals(from.getAddress());
        return believed && now - lastHeard > SILENCE;
    }

    private @Nullable Rank rank(InetSocketAddress from, InetSocketAddress description) {
        InetAddress host = description.getAddress();
        if (host.equals(from.getAddress())) {
            return from.getPort() == description.getPort() ? Rank.NAMED : Rank.HOST;
        }
        if (mode == SymmetricRtp.STRICT) {
            return null;
        }
        if (from.getAddress().equals(signaling)) {
            return Rank.SIGNALING;
        }
        if (isRight(host)) {
            return null;
        }
        return isNear(host, from.getAddress()) ? Rank.NEAR : Rank.ANY;
    }

    /// Whether packets from us can reach `host` as it is written, as far as one can tell.
    private boolean isRight(InetAddress host) {
        if (host.isAnyLocalAddress() || host.isMulticastAddress()) {
            return false;
        }
        if (host.isLoopbackAddress()) {
            return local.isLoopbackAddress();
        }
        if (host.isLinkLocalAddress()) {
            return local.isLinkLocalAddress();
        }
        return !Addresses.isPrivate(host) || signaling == null || Addresses.isPrivate(signaling);
    }

    /// Same /24, or /64.
    private static boolean isNear(InetAddress one, InetAddress other) {
        byte[] a = one.getAddress();
        byte[] b = other.getAddress();
        int prefix = a.length == 4 ? 3 : 8;
        return a.length == b.length && Arrays.equals(a, 0, prefix, b, 0, prefix);
    }
}
