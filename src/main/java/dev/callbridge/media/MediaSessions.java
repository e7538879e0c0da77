package dev.callbridge.media;

import dev.callbridge.bridge.Addresses;
import dev.callbridge.bridge.Announcement;
import dev.callbridge.bridge.CallJournal;
import dev.callbridge.bridge.CallbridgeProperties;
import dev.callbridge.bridge.MediaPlane;
import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.MediaSession;
import dev.callbridge.bridge.RelayLender;
import dev.callbridge.bridge.RelayServer;
import dev.callbridge.bridge.SettingException;
import dev.callbridge.call.LegId;
import dev.callbridge.call.MediaEvent;
import dev.callbridge.media.transport.DtlsIdentities;
import dev.callbridge.media.transport.Endpoint;
import dev.callbridge.media.transport.PortPool;
import dev.callbridge.media.transport.RtpEndpoint;
import dev.callbridge.media.transport.WarmUp;
import dev.callbridge.media.transport.WebRtcShard;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// Carries the sound of all calls: WebRTC legs on one UDP port per shard, trunks on a pair of ports per call.
@Component
final class MediaSessions implements MediaPlane, SmartLifecycle, Announcement {

    private static final Logger log = LoggerFactory.getLogger(MediaSessions.class);

    /// A trunk may go on sending for a while after the call.
    private static final Duration QUARANTINE = Duration.ofSeconds(30);

    private final MediaProperties properties;
    private final @Nullable InetAddress mapped;
    private final DtlsIdentities identities = new DtlsIdentities(InstantSource.system());
    private final Oversight oversight;
    private final PortPool ports;
    private final List<WebRtcShard> shards = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final RelayLender lender;
    private final List<RelayServer> configured;
    private volatile boolean hidden;
    private volatile boolean running;

    /// @param lender of the homeserver; without one there are no relays but those of the configuration
    @Autowired
    MediaSessions(
            MediaProperties properties,
            CallbridgeProperties common,
            CallJournal journal,
            ObjectProvider<RelayLender> lender) {
        this(properties, common, journal, lender.getIfAvailable(() -> List::of));
    }

    MediaSessions(MediaProperties properties, CallbridgeProperties common, CallJournal journal, RelayLender lender) {
        this.lender = lender;
        this.configured =
                properties.turn().stream().map(MediaProperties.Turn::server).toList();
        this.properties = properties;
        this.mapped = mapped(properties.publicAddress(), common.publicAddress());
        this.oversight = new Oversight(
                properties.firstAudio(),
                properties.silence(),
                properties.rtpTimeout(),
                journal,
                InstantSource.system());
        this.ports = new PortPool(properties.ports().first(), properties.ports().last(), QUARANTINE, System::nanoTime);
    }

    private static @Nullable InetAddress mapped(@Nullable String forMedia, @Nullable String forAll) {
        if (forMedia != null && !forMedia.isBlank()) {
            return MediaProperties.literal("callbridge.media.public-address", forMedia);
        }
        return forAll == null || forAll.isBlank() ? null : MediaProperties.literal("callbridge.public-address", forAll);
    }

    @Override
    public MediaSession open(String callId, Map<LegId, List<MediaProfile>> legs, Consumer<MediaEvent> events) {
        WebRtcShard home = shards.get(Math.floorMod(turn.getAndIncrement(), shards.size()));
        return new MediaCall(
                callId,
                legs,
                events,
                home.shard(),
                (profile, offering, listener) -> endpoint(home, profile, offering, listener),
                oversight);
    }

    private Optional<Endpoint> endpoint(
            WebRtcShard home, MediaProfile profile, boolean offering, Endpoint.Listener listener) {
        return switch (profile) {
            case MediaProfile.WebRtc _ -> Optional.of(home.webRtc(identities, offering, listener, relays()));
            case MediaProfile.PlainRtp plain ->
                RtpEndpoint.open(home.shard(), ports, plain, mapped(plain), listener)
                        .map(endpoint -> endpoint);
        };
    }

    /// Those of the configuration; else those of the homeserver, if we can't be reached in another way.
    private List<RelayServer> relays() {
        if (!configured.isEmpty()) {
            return configured;
        }
        return switch (properties.turnFromHomeserver()) {
            case NEVER -> List.of();
            case ALWAYS -> lender.relays();
            case IF_PRIVATE -> hidden ? lender.relays() : List.of();
        };
    }

    /// What was set goes before what a trunk saw, if the trunk is one that is told it.
    private @Nullable InetAddress mapped(MediaProfile.PlainRtp plain) {
        InetAddress set = Addresses.isToldOutside(mapped, plain.signaling()) ? mapped(plain.local()) : null;
        return set == null ? plain.seen() : set;
    }

    /// What the outside sees instead of `local`; nobody sees loopback from outside.
    private @Nullable InetAddress mapped(InetAddress local) {
        boolean fits = mapped != null && !local.isLoopbackAddress() && Addresses.areOfOneVersion(mapped, local);
        return fits ? mapped : null;
    }

    /// How many more legs to trunks there are ports for.
    int freePorts() {
        return ports.free();
    }

    @Override
    public void start() {
        WarmUp.run(identities);
        List<InetAddress> wanted = properties.listen().stream()
                .map(address -> MediaProperties.literal("callbridge.media.listen", address))
                .toList();
        var addresses = LocalAddresses.of(wanted);
        if (addresses.isEmpty()) {
            throw new SettingException(
                    "callbridge.media.listen", properties.listen(), "this machine has no such address");
        }
        hidden = mapped == null
                && addresses.stream().allMatch(Addresses::isPrivate)
                && !addresses.stream().allMatch(InetAddress::isLoopbackAddress);
        for (int i = 0; i < properties.shards(); i++) {
            var shard = new WebRtcShard(i);
            shards.add(shard);
            int port = properties.webrtcPort() == 0 ? 0 : properties.webrtcPort() + i;
            addresses.forEach(address -> listen(shard, address, port));
            if (i == 0 && shard.hasSmallBuffers()) {
                log.warn("the kernel grants media a small receive buffer, and will lose packets with many calls;"
                        + " set net.core.rmem_max to 8388608");
            }
        }
        running = true;
    }

    private void listen(WebRtcShard shard, InetAddress address, int port) {
        try {
            shard.listen(address, port, mapped(address));
        } catch (IOException e) {
            stop();
            throw new SettingException(
                    "callbridge.media.webrtc-port",
                    port,
                    address.getHostAddress() + " can't be used with it (" + e.getMessage()
                            + "); choose a free port, and an address of this machine in callbridge.media.listen");
        }
    }

    @Override
    public void stop() {
        running = false;
        shards.forEach(WebRtcShard::stop);
        shards.clear();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /// Before anybody can call, and until nobody can any more.
    @Override
    public int getPhase() {
        return 0;
    }

    @Override
    public List<String> lines() {
        List<String> listening =
                shards.stream().flatMap(shard -> shard.addresses().stream()).toList();
        String outside = mapped == null ? "" : ", known outside as " + mapped.getHostAddress();
        return List.of(
                "Media listens on " + String.join(", ", listening) + " (UDP, WebRTC)" + outside,
                "Media uses UDP ports " + properties.rtpPorts() + " towards trunks, enough for " + freePorts()
                        + " calls at once");
    }
}
