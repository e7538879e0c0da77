package dev.callbridge.media;

import static java.util.Objects.requireNonNull;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.call.Digit;
import dev.callbridge.call.LegId;
import dev.callbridge.media.rtp.RtpSink;
import dev.callbridge.media.transport.Endpoint;
import dev.callbridge.media.transport.Shard;
import dev.callbridge.sdp.AudioFormats;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Both ends of a call, and the ways between them: what [MediaCall] has been agreed on becomes of packets here.
///
/// Of the call's thread. What belongs to the shard's is handed over to it.
final class Ends {

    private static final Logger log = LoggerFactory.getLogger(Ends.class);

    /// Opens our end of a leg; empty if there is no port left.
    interface Opener {
        Optional<Endpoint> open(MediaProfile profile, boolean offering, Endpoint.Listener listener);
    }

    private final Map<LegId, List<MediaProfile>> profiles;
    private final Map<LegId, Integer> places = new HashMap<>();
    private final Shard shard;
    private final Opener opener;
    private final Oversight oversight;
    private final Map<LegId, Endpoint> endpoints = new HashMap<>();
    /// By the leg that the packets come from.
    private final Map<LegId, Way> ways = new HashMap<>();
    private final Set<LegId> ready = new HashSet<>();
    private @Nullable Duplex duplex;

    /// @param profiles of the places that each leg may be at; it begins at the first
    /// @param shard where both live
    Ends(Map<LegId, List<MediaProfile>> profiles, Shard shard, Opener opener, Oversight oversight) {
        this.profiles = Map.copyOf(profiles);
        this.shard = shard;
        this.opener = opener;
        this.oversight = oversight;
    }

    MediaProfile profile(LegId leg) {
        return requireNonNull(profiles.get(leg), "not a leg of this call").get(places.getOrDefault(leg, 0));
    }

    /// @return empty if there is no port left
    Optional<Endpoint> open(LegId leg, boolean offering, Endpoint.Listener listener) {
        Optional<Endpoint> opened = opener.open(profile(leg), offering, listener);
        opened.ifPresent(endpoint -> endpoints.put(leg, endpoint));
        return opened;
    }

    /// Gives back what `leg` had at its former place, before anything has passed.
    void move(LegId leg, int place) {
        close(leg, of(leg));
        ready.remove(leg);
        places.put(leg, place);
    }

    Endpoint of(LegId leg) {
        return requireNonNull(endpoints.get(leg), "leg without an endpoint");
    }

    /// Makes a way from each to the other, on which nothing passes yet.
    ///
    /// @param listeners for the leg that they hear of
    void join(Function<LegId, ? extends Way.Listener> listeners) {
        for (LegId from : endpoints.keySet()) {
            ways.put(from, way(from, other(from), listeners.apply(from)));
        }
    }

    /// A trunk wants packets all the time; who watches over a browser is its consent (RFC 7675).
    private Way way(LegId from, LegId to, Way.Listener listener) {
        boolean keepsAlive = profile(to) instanceof MediaProfile.PlainRtp;
        boolean givesUp = profile(from) instanceof MediaProfile.PlainRtp;
        return Way.to(of(to), keepsAlive, oversight.limits(givesUp), listener);
    }

    private LegId other(LegId leg) {
        return endpoints.keySet().stream()
                .filter(each -> !each.equals(leg))
                .findFirst()
                .orElseThrow();
    }

    /// Has what `leg` says go there and nowhere else, until [#start].
    void hear(LegId leg, RtpSink ear) {
        Endpoint endpoint = of(leg);
        shard.execute(() -> endpoint.hear(ear));
    }

    /// From now on packets go their ways.
    void start() {
        ways.forEach(this::hear);
        var opened = new Duplex(ways, endpoints, oversight);
        duplex = opened;
        shard.execute(opened::listen);
        shard.join(opened);
    }

    /// Has packets pass as it is agreed on now.
    ///
    /// @param muted who gets nothing for now, whatever it wishes
    void agree(Negotiation now, @Nullable LegId muted) {
        ways.forEach((leg, way) -> {
            LegId to = other(leg);
            Terms terms = now.terms(leg, to.equals(muted));
            boolean opens = profile(to) instanceof MediaProfile.PlainRtp && now.receives(to);
            AudioFormats heard = now.heardBy(to);
            shard.execute(() -> {
                way.agree(terms, System.nanoTime());
                if (opens) {
                    way.open(heard, shard);
                }
            });
        });
    }

    /// From now on both have to be heard.
    void watch() {
        shard.execute(() -> ways.values().forEach(way -> way.begin(System.nanoTime())));
    }

    /// Lets `leg` hear a key.
    void press(LegId leg, Digit digit, Duration length) {
        Way towards = ways.get(other(leg));
        if (towards != null) {
            shard.execute(() -> towards.press(digit, length));
        }
    }

    void ready(LegId leg) {
        ready.add(leg);
    }

    /// Whether packets can pass between them.
    boolean areReady() {
        return ready.containsAll(endpoints.keySet());
    }

    void close() {
        Duplex used = duplex;
        if (used != null) {
            shard.leave(used);
            shard.useScratch(used::end);
        }
        endpoints.forEach(Ends::close);
    }

    /// One that fails keeps nothing of the other.
    private static void close(LegId leg, Endpoint endpoint) {
        try {
            endpoint.close();
        } catch (RuntimeException bug) {
            log.error("media of {} was not given back in order", leg, bug);
        }
    }
}
