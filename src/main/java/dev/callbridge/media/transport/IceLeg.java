package dev.callbridge.media.transport;

import java.beans.PropertyChangeEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ice4j.ice.Agent;
import org.ice4j.ice.CandidatePair;
import org.ice4j.ice.CandidatePairState;
import org.ice4j.ice.Component;
import org.ice4j.ice.IceMediaStream;
import org.ice4j.ice.IceProcessingState;
import org.ice4j.ice.KeepAliveStrategy;
import org.ice4j.ice.LocalCandidate;
import org.ice4j.ice.harvest.AbstractCandidateHarvester;
import org.ice4j.stack.StunStack;
import org.jitsi.utils.logging2.Logger;
import org.jitsi.utils.logging2.LoggerImpl;
import org.jspecify.annotations.Nullable;

/// The ICE of one WebRTC leg (RFC 8445): an agent on the shared ports of its shard.
///
/// The peer's candidates are not used: our address can be reached, so the peer's own checks find us, and nothing is
/// ever sent to an address only because a stranger's description names it.
final class IceLeg {

    /// Agents log by the name of their class: let that stay ice4j's.
    private static final LoggerImpl ICE4J = new LoggerImpl("org.ice4j") {
        @Override
        public Logger createChildLogger(String name, Map<String, String> context) {
            return super.createChildLogger(Agent.class.getName(), context);
        }
    };

    /// Hears of the path to the peer, on threads of ice4j.
    interface Listener {

        /// The peer can be reached this way from now on.
        void reachable(Route route);

        /// No way works, or the peer no longer agrees to be sent to (RFC 7675).
        void unreachable();

        /// A check with our password came from there, by somebody who calls itself `fragment`. Before the peer is known
        /// that may be any of several who got our offer.
        void checked(IcePort port, InetSocketAddress remote, String fragment);
    }

    /// A way to the peer.
    record Route(IcePort port, InetSocketAddress remote) {}

    private final List<IcePort> ports;
    private final StunDesk desk;
    private final Listener listener;
    private final List<PortCandidate> candidates = new CopyOnWriteArrayList<>();
    private final Agent agent;
    private final IceMediaStream stream;
    private final Component component;
    private final StunStack stack;
    private final IceCredentials local;
    private volatile @Nullable String remoteFragment;
    private final AtomicBoolean freed = new AtomicBoolean();

    /// @param controlling whether we make the offer
    IceLeg(List<IcePort> ports, StunDesk desk, boolean controlling, Listener listener) {
        this.ports = ports;
        this.desk = desk;
        this.listener = listener;
        agent = new IceAgent();
        agent.setUseDynamicPorts(false);
        agent.setControlling(controlling);
        agent.setPerformConsentFreshness(true);
        local = new IceCredentials(agent.getLocalUfrag(), agent.getLocalPassword());
        stack = agent.getStunStack();
        agent.addCandidateHarvester(new Harvester());
        stream = agent.createMediaStream("audio");
        try {
            component = agent.createComponent(stream, KeepAliveStrategy.SELECTED_ONLY, false);
        } catch (IOException e) {
            agent.free();
            throw new UncheckedIOException(e);
        }
        stream.addPairChangeListener(this::pairChanged);
        agent.addStateChangeListener(this::stateChanged);
        desk.open(this);
    }

    IceCredentials local() {
        return local;
    }

    /// Whether somebody who calls itself `fragment` may be the peer: only one of those who got our offer is chosen.
    boolean mayBe(String fragment) {
        String known = remoteFragment;
        return known == null || known.equals(fragment);
    }

    StunStack stack() {
        return stack;
    }

    /// The peer's credentials are known: checks may begin.
    void start(IceCredentials remote) {
        remoteFragment = remote.fragment();
        stream.setRemoteUfrag(remote.fragment());
        stream.setRemotePassword(remote.password());
        agent.startConnectivityEstablishment();
    }

    void free() {
        if (freed.compareAndSet(false, true)) {
            try {
                agent.free();
            } finally {
                desk.close(this);
            }
        }
    }

    /// Threads of the agent may still be sending when it is freed.
    ///
    /// @return false if it must not be sent any more
    boolean sending(DatagramPacket packet) {
        if (freed.get()) {
            return false;
        }
        desk.sending(this, packet.getData(), packet.getOffset(), packet.getLength());
        if (freed.get()) {
            desk.close(this);
            return false;
        }
        return true;
    }

    /// A request with our password came in at `port`; ice4j will want to answer from there.
    void checkedFrom(IcePort port, InetSocketAddress remote, String fragment) {
        if (!freed.get()) {
            candidates.stream()
                    .filter(candidate -> candidate.port().equals(port))
                    .forEach(PortCandidate::use);
            listener.checked(port, remote, fragment);
        }
    }

    private void stateChanged(PropertyChangeEvent change) {
        if (change.getNewValue() == IceProcessingState.FAILED && !freed.get()) {
            listener.unreachable();
        }
    }

    private void pairChanged(PropertyChangeEvent change) {
        if (freed.get() || !(change.getSource() instanceof CandidatePair pair)) {
            return;
        }
        CandidatePair selected = component.getSelectedPair();
        switch (change.getPropertyName()) {
            case IceMediaStream.PROPERTY_PAIR_VALIDATED, IceMediaStream.PROPERTY_PAIR_NOMINATED ->
                reachable(selected == null ? pair : selected);
            case IceMediaStream.PROPERTY_PAIR_STATE_CHANGED -> {
                // ice4j goes on as if nothing were when consent runs out on the pair that is in use.
                if (pair.equals(selected) && change.getNewValue() == CandidatePairState.FAILED) {
                    listener.unreachable();
                }
            }
            default -> {
                // Consent was renewed.
            }
        }
    }

    private void reachable(CandidatePair pair) {
        LocalCandidate local = pair.getLocalCandidate();
        if ((local instanceof PortCandidate ? local : local.getBase()) instanceof PortCandidate candidate) {
            var to = pair.getRemoteCandidate().getTransportAddress();
            listener.reachable(new Route(candidate.port(), new InetSocketAddress(to.getAddress(), to.getPort())));
        }
    }

    /// With a stack of ours: ice4j asks for it while it constructs the agent.
    private static final class IceAgent extends Agent {

        private final StunStack stack;

        private IceAgent() {
            stack = new IceStack();
            super(ICE4J);
        }

        @Override
        public StunStack getStunStack() {
            return stack;
        }
    }

    private final class Harvester extends AbstractCandidateHarvester {

        @Override
        public boolean isHostHarvester() {
            return true;
        }

        @Override
        public Collection<LocalCandidate> harvest(Component to) {
            List<LocalCandidate> taken = new ArrayList<>();
            for (IcePort port : ports) {
                var candidate = new PortCandidate(port, IceLeg.this, to);
                if (to.addLocalCandidate(candidate)) {
                    candidates.add(candidate);
                    taken.add(candidate);
                }
            }
            return taken;
        }
    }
}
