package dev.callbridge.sip;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.sdp.AudioCodec;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A way to the telephone network: where it is, who may call through it, how many calls it has, whether it lives.
///
/// ## Threads
/// Any. Names are resolved by [#resolve] only, so that nothing else ever waits for DNS.
final class Trunk {

    /// What the health probe knows.
    enum Health {
        NOT_PROBED("not probed"),
        UP("up"),
        DOWN("down");

        private final String text;

        Health(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private final String name;
    private final Peer peer;
    private final Optional<Credentials> login;
    private final Optional<PhoneNumber> callerNumber;
    private final List<String> sources;
    private final List<AudioCodec> codecs;
    private final int maxCalls;
    private final Duration probe;
    private final MediaProfile.SymmetricRtp symmetricRtp;
    private final MediaProfile.Srtp srtp;
    private final AtomicInteger calls = new AtomicInteger();
    private volatile List<InetAddress> addresses = List.of();
    private volatile List<AddressRange> allowed = List.of();
    private final Map<String, List<AddressRange>> known = new ConcurrentHashMap<>();
    private final AtomicLong restsUntil = new AtomicLong(System.nanoTime());
    private volatile Health health = Health.NOT_PROBED;
    private final CompletableFuture<Boolean> probed = new CompletableFuture<>();

    Trunk(
            String name,
            Peer peer,
            @Nullable Credentials login,
            @Nullable PhoneNumber callerNumber,
            List<AudioCodec> codecs,
            TrunksProperties.Settings settings) {
        this.name = name;
        this.peer = peer;
        this.login = Optional.ofNullable(login);
        this.callerNumber = Optional.ofNullable(callerNumber);
        this.sources = settings.sources();
        this.codecs = List.copyOf(codecs);
        this.maxCalls = settings.maxCalls();
        this.probe = settings.probe();
        this.symmetricRtp = settings.symmetricRtp();
        this.srtp = settings.srtp();
    }

    String name() {
        return name;
    }

    Peer peer() {
        return peer;
    }

    Optional<Credentials> login() {
        return login;
    }

    Optional<PhoneNumber> callerNumber() {
        return callerNumber;
    }

    /// How the sound of one of its calls travels.
    ///
    /// @param local our address towards it
    /// @param signaling where its messages come from
    MediaProfile media(InetAddress local, @Nullable InetAddress signaling) {
        return new MediaProfile.PlainRtp(codecs, local, signaling, symmetricRtp, srtp);
    }

    /// How often its health is asked for; zero: never.
    Duration probe() {
        return probe;
    }

    Health health() {
        return health;
    }

    void health(Health now) {
        this.health = now;
    }

    /// Whether it answered the first time it was asked; open until then, and for ever if it is never asked.
    CompletableFuture<Boolean> probed() {
        return probed;
    }

    /// Where requests go now; empty while its name can't be resolved.
    Optional<InetAddress> hop() {
        return addresses.stream().findFirst();
    }

    /// Looks all names up again. May block on DNS.
    void resolve() {
        resolve(AddressRange::resolve);
    }

    void resolve(Function<String, List<AddressRange>> names) {
        addresses = lookUp(peer.address().host(), names).stream()
                .map(AddressRange::base)
                .toList();
        List<AddressRange> ranges = new ArrayList<>();
        for (String source : sources) {
            ranges.addAll(AddressRange.isLiteral(source) ? List.of(AddressRange.parse(source)) : lookUp(source, names));
        }
        if (sources.isEmpty()) {
            addresses.forEach(address -> ranges.add(AddressRange.only(address)));
        }
        allowed = List.copyOf(ranges);
    }

    /// A name server that is down for a while takes nobody's address away.
    private List<AddressRange> lookUp(String name, Function<String, List<AddressRange>> names) {
        List<AddressRange> found = names.apply(name);
        if (!found.isEmpty()) {
            known.put(name, found);
        }
        return known.getOrDefault(name, List.of());
    }

    /// It asked to be left alone for a while.
    void rest(Duration time) {
        restsUntil.set(System.nanoTime() + time.toNanos());
    }

    /// Whether another trunk is better asked first.
    boolean isLastChoice() {
        return health == Health.DOWN || restsUntil.get() - System.nanoTime() > 0;
    }

    /// Whether requests from there are this trunk's.
    boolean mayCall(InetAddress source) {
        return allowed.stream().anyMatch(range -> range.contains(source));
    }

    boolean isPeer(InetAddress address) {
        return addresses.contains(address);
    }

    boolean isFull() {
        return calls.get() >= maxCalls;
    }

    /// Takes one of its channels; empty if all are in use.
    Optional<Channel> take() {
        boolean taken = calls.getAndUpdate(now -> now < maxCalls ? now + 1 : now) < maxCalls;
        return taken ? Optional.of(new Channel(calls)) : Optional.empty();
    }

    /// For log lines.
    @Override
    public String toString() {
        return name;
    }
}
