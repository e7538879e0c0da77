package dev.callbridge.media.transport;

import dev.callbridge.bridge.Addresses;
import dev.callbridge.bridge.RelayServer;
import dev.callbridge.sdp.Candidate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ice4j.TransportAddress;
import org.jspecify.annotations.Nullable;

/// A shard and its WebRTC ports, one per local address.
public final class WebRtcShard {

    private static final int HOST = 126;
    private static final int SERVER_REFLEXIVE = 100;
    private static final int RELAYED = 0;
    private static final int FIRST_COMPONENT = 255;

    private final Shard shard;
    private final StunDesk desk;
    private final Relays relays;
    private final List<WebRtcPort> ports = new ArrayList<>();
    private final List<Candidate> candidates = new ArrayList<>();

    /// @param number from 0
    public WebRtcShard(int number) {
        shard = new Shard(number);
        desk = new StunDesk(number);
        relays = new Relays(shard, desk);
    }

    /// Before the first call.
    ///
    /// @param port 0: any
    /// @param mapped the address under which the outside reaches `local` behind 1:1 NAT
    /// @throws IOException if the port is not free, or the address not ours
    public void listen(InetAddress local, int port, @Nullable InetAddress mapped) throws IOException {
        var opened = new WebRtcPort(shard, desk, local, port);
        ports.add(opened);
        int number = opened.address().getPort();
        String host = Addresses.text(local);
        candidates.add(new Candidate("h" + ports.size(), priority(HOST), host, number, null));
        if (mapped != null) {
            candidates.add(new Candidate(
                    "s" + ports.size(),
                    priority(SERVER_REFLEXIVE),
                    Addresses.text(mapped),
                    number,
                    new Candidate.Base(host, number)));
        }
    }

    /// RFC 8445 §5.1.2.1, with the addresses in the order they were opened in.
    private long priority(int type) {
        long preference = 0xFFFFL - ports.size();
        return ((long) type << 24) | (preference << 8) | FIRST_COMPONENT;
    }

    /// `address:port` of each port.
    public List<String> addresses() {
        return ports.stream()
                .map(port -> port.address().toString().replace("/udp", ""))
                .toList();
    }

    /// Whether the kernel keeps fewer packets for us than a pause of some milliseconds at full load needs.
    public boolean hasSmallBuffers() {
        return ports.stream().anyMatch(WebRtcPort::hasLessBufferThanWanted);
    }

    public Shard shard() {
        return shard;
    }

    /// @param lenders TURN servers, of which the first that answers lends an address; waits for that
    public WebRtcEndpoint webRtc(
            DtlsIdentities identities, boolean controlling, Endpoint.Listener listener, List<RelayServer> lenders) {
        RelayPort relay = relays.borrow(
                        lenders,
                        ports.stream().map(port -> port.address().getAddress()).toList())
                .orElse(null);
        return new WebRtcEndpoint(this, identities.current(), controlling, listener, relay);
    }

    public void stop() {
        ports.forEach(WebRtcPort::close);
        desk.stop();
        shard.stop();
    }

    StunDesk desk() {
        return desk;
    }

    List<WebRtcPort> ports() {
        return ports;
    }

    /// With that of `relay`, if there is one.
    List<Candidate> candidates(@Nullable RelayPort relay) {
        if (relay == null) {
            return candidates;
        }
        TransportAddress address = relay.address();
        InetSocketAddress base = relay.seen();
        var relayed = new Candidate(
                "r1",
                priority(RELAYED),
                Addresses.text(address.getAddress()),
                address.getPort(),
                new Candidate.Base("relay", Addresses.text(base.getAddress()), base.getPort()));
        return Stream.concat(candidates.stream(), Stream.of(relayed)).toList();
    }
}
