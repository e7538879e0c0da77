package dev.callbridge.sip;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sip.leg.EarlyMedia;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
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
    private final Optional<Peer> proxy;
    private final List<Account> accounts;
    private final Optional<PhoneNumber> callerNumber;
    private final List<AudioCodec> codecs;
    private final CallerId callerId;
    private final TrunksProperties.Settings settings;
    private final AtomicInteger calls = new AtomicInteger();
    private final Targets targets;
    private final Map<String, List<AddressRange>> known = new ConcurrentHashMap<>();
    private volatile List<AddressRange> allowed = List.of();
    private volatile Health health = Health.NOT_PROBED;
    private volatile Consumer<Optional<Account>> mover = _ -> {};
    private final CompletableFuture<Boolean> probed = new CompletableFuture<>();

    /// @param peer its domain, and where it is unless there is a proxy
    /// @param proxy where all requests go first
    /// @param accounts who we are there; empty: it knows us by our address
    Trunk(
            String name,
            Peer peer,
            @Nullable Peer proxy,
            List<Account> accounts,
            @Nullable PhoneNumber callerNumber,
            List<AudioCodec> codecs,
            CallerId callerId,
            TrunksProperties.Settings settings) {
        this.name = name;
        this.peer = peer;
        this.proxy = Optional.ofNullable(proxy);
        this.accounts = List.copyOf(accounts);
        this.callerNumber = Optional.ofNullable(callerNumber);
        this.codecs = List.copyOf(codecs);
        this.callerId = callerId;
        this.settings = settings;
        this.targets = new Targets(gate(), RandomGenerator.getDefault(), System::nanoTime);
    }

    String name() {
        return name;
    }

    Peer peer() {
        return peer;
    }

    /// What stands behind the @ in our own address there.
    String domain(Outlet outlet) {
        return registers() ? peer.inUri() : outlet.host();
    }

    /// Where requests go: the outbound proxy, or the peer.
    Peer gate() {
        return proxy.orElse(peer);
    }

    /// The Route header that leads through the outbound proxy.
    Optional<String> proxyRoute() {
        return proxy.map(each -> "<sip:" + each.inUri() + each.transport().parameter() + ";lr>");
    }

    List<Account> accounts() {
        return accounts;
    }

    /// The account that a call with this number on it belongs to; the first one if none is made for it.
    Optional<Account> account(Optional<PhoneNumber> caller) {
        return accounts.stream()
                .filter(account -> caller.isPresent() && account.number().equals(caller))
                .findFirst()
                .or(() -> accounts.stream().findFirst());
    }

    /// The number that telephones see of a caller with this one, or with none.
    Optional<PhoneNumber> shownFor(Optional<PhoneNumber> caller) {
        return caller.or(() -> account(caller).flatMap(Account::number)).or(this::callerNumber);
    }

    /// The account whose contact was called.
    Optional<Account> account(String token) {
        return accounts.stream()
                .filter(account -> account.token().equals(token))
                .findFirst();
    }

    boolean registers() {
        return settings.register();
    }

    Optional<PhoneNumber> callerNumber() {
        return callerNumber;
    }

    CallerId callerId() {
        return callerId;
    }

    /// How the sound of one of its calls travels.
    ///
    /// @param outlet our address towards it
    /// @param signaling where its messages come from
    MediaProfile.PlainRtp media(Outlet outlet, @Nullable InetAddress signaling) {
        return new MediaProfile.PlainRtp(
                codecs,
                outlet.local(),
                outlet.seen(),
                signaling,
                settings.symmetricRtp(),
                settings.srtp(),
                settings.dtmf() == Dtmf.RFC4733);
    }

    /// Whose certificates it may show; null: as everybody else.
    @Nullable Path caFile() {
        return settings.caFile();
    }

    /// How long a registration is asked for.
    Duration registerFor() {
        return settings.registerFor();
    }

    /// How often a sign of life is sent to where we are registered; zero: never.
    Duration keepalive() {
        Duration set = settings.keepalive();
        return set == null ? Duration.ofSeconds(gate().transport().isStream() ? 100 : 25) : set;
    }

    /// How often its health is asked for; zero: never.
    Duration probe() {
        return settings.probe();
    }

    EarlyMedia earlyMedia() {
        return settings.earlyMedia();
    }

    /// How long a session lives without a refresh; zero: for ever.
    Duration sessionExpires() {
        return settings.sessionExpires();
    }

    Dtmf dtmf() {
        return settings.dtmf();
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

    /// @param mover told when it sees us elsewhere, or may have forgotten us: each account has to be registered
    /// anew, but for the one that knows by itself
    void whenMoved(Consumer<Optional<Account>> mover) {
        this.mover = mover;
    }

    /// It sees us elsewhere, or was away.
    ///
    /// @param knows the account whose registration showed it; empty: it showed otherwise
    void moved(Optional<Account> knows) {
        mover.accept(knows);
    }

    /// Its servers, in the order in which they are tried now; empty while its name can't be resolved.
    List<Target> targets() {
        return targets.inOrder();
    }

    Optional<Target> target() {
        return targets.inOrder().stream().findFirst();
    }

    /// Looks all names up again. May block on DNS.
    void resolve(Names names) {
        targets.resolve(names);
        List<AddressRange> ranges = new ArrayList<>();
        for (String source : settings.sources()) {
            ranges.addAll(AddressRange.isLiteral(source) ? List.of(AddressRange.parse(source)) : lookUp(source, names));
        }
        if (settings.sources().isEmpty()) {
            targets.addresses().forEach(address -> ranges.add(AddressRange.only(address)));
        }
        allowed = List.copyOf(ranges);
    }

    /// A name server that is down for a while takes nobody's address away.
    private List<AddressRange> lookUp(String name, Names names) {
        List<AddressRange> found =
                names.addresses(name).stream().map(AddressRange::only).toList();
        if (!found.isEmpty()) {
            known.put(name, found);
        }
        return known.getOrDefault(name, List.of());
    }

    /// That server failed, or asked to be left alone for a while.
    void rest(Target target, Duration time) {
        targets.rest(target, time);
    }

    /// Whether no server of it is worth trying now.
    boolean restsAltogether() {
        return targets.allRest();
    }

    /// Where we are registered.
    void favour(@Nullable Target target) {
        targets.favour(target);
    }

    /// Whether another trunk is better asked first.
    boolean isLastChoice() {
        return health == Health.DOWN || targets.allRest() || isUnregistered();
    }

    private boolean isUnregistered() {
        return !accounts.isEmpty()
                && accounts.stream().allMatch(account -> account.standing() instanceof Account.Standing.Failing);
    }

    /// Whether requests from there are this trunk's.
    boolean mayCall(InetAddress source) {
        return allowed.stream().anyMatch(range -> range.contains(source)) || isNext(source);
    }

    boolean isPeer(InetAddress address) {
        return targets.has(address) || isNext(address);
    }

    /// Whether a registrar named it as the server that our requests have to take.
    private boolean isNext(InetAddress address) {
        return accounts.stream()
                .flatMap(account -> account.next().stream())
                .anyMatch(next -> next.address().equals(address));
    }

    boolean isPeer(InetAddress address, int port) {
        return targets.has(address, port);
    }

    boolean isFull() {
        return calls.get() >= settings.maxCalls();
    }

    /// Takes one of its channels; empty if all are in use.
    Optional<Channel> take() {
        boolean taken = calls.getAndUpdate(now -> now < settings.maxCalls() ? now + 1 : now) < settings.maxCalls();
        return taken ? Optional.of(new Channel(calls)) : Optional.empty();
    }

    /// For log lines.
    @Override
    public String toString() {
        return name;
    }
}
