package dev.callbridge.sip;

import dev.callbridge.bridge.Ids;
import gov.nist.javax.sip.message.SIPResponse;
import java.text.ParseException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sip.ClientTransaction;
import javax.sip.Dialog;
import javax.sip.SipException;
import javax.sip.message.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks one trunk by OPTIONS whether it lives. Any response is a sign of life.
///
/// ## Threads
/// Each round begins on the timer and is sent by a virtual thread; results come on the stack's threads. Rounds don't
/// overlap: a round is decided within [#PATIENCE], which is shorter than the time between two.
final class TrunkProbe {

    private static final Logger log = LoggerFactory.getLogger(TrunkProbe.class);
    private static final Duration PATIENCE = Duration.ofSeconds(4);
    /// How long a server that failed is asked last.
    private static final Duration PENALTY = Duration.ofSeconds(30);
    private static final int MISSES = 3;
    private static final int HITS = 2;

    private final Trunk trunk;
    private final SipStackHost host;
    private int misses;
    private int hits;

    TrunkProbe(Trunk trunk, SipStackHost host) {
        this.trunk = trunk;
        this.host = host;
    }

    void start() {
        if (trunk.probe().isPositive()) {
            ask();
        }
    }

    private void ask() {
        Thread.ofVirtual().name("probe-" + trunk.name()).start(() -> {
            var round = new Round();
            var _ = host.after(patience(), () -> round.decide(false));
            try {
                trunk.target().ifPresent(round::send);
            } catch (RuntimeException e) {
                log.debug("could not ask {}: {}", trunk, e.getMessage());
            }
        });
    }

    private Duration patience() {
        return trunk.probe().compareTo(PATIENCE) < 0 ? trunk.probe() : PATIENCE;
    }

    /// Runs once per round; the next one starts only after that.
    private void decided(boolean alive, Duration took) {
        misses = alive ? 0 : misses + 1;
        hits = alive ? hits + 1 : 0;
        Trunk.Health before = trunk.health();
        boolean first = trunk.probed().complete(alive);
        if (misses >= MISSES && before != Trunk.Health.DOWN) {
            trunk.health(Trunk.Health.DOWN);
            log.warn("trunk {} ({}) does not answer: down", trunk, trunk.peer());
        } else if ((alive && before == Trunk.Health.NOT_PROBED) || (hits >= HITS && before == Trunk.Health.DOWN)) {
            trunk.health(Trunk.Health.UP);
            if (!first) {
                log.info("trunk {} ({}) answers: up", trunk, trunk.peer());
                trunk.moved(Optional.empty());
            }
        }
        Duration wait = trunk.probe().minus(took);
        var _ = host.after(wait.isNegative() ? Duration.ZERO : wait, this::ask);
    }

    private record Asked(Target target, Outlet outlet) {}

    private final class Round implements ClientExchange {

        private final AtomicBoolean decided = new AtomicBoolean();
        private final long began = System.nanoTime();
        private volatile @Nullable ClientTransaction transaction;
        private volatile @Nullable Asked asked;

        private void send(Target target) {
            try {
                Outlet outlet = host.outlet(trunk, target);
                asked = new Asked(target, outlet);
                ClientTransaction created = outlet.provider().getNewClientTransaction(options(outlet, target));
                created.setApplicationData(this);
                transaction = created;
                created.sendRequest();
            } catch (SipException | ParseException e) {
                log.debug("no OPTIONS to {}: {}", trunk, e.getMessage());
            }
        }

        private Request options(Outlet outlet, Target target) throws ParseException {
            String uri = "sip:" + trunk.peer().inUri();
            Request request = Jain.MESSAGES.createRequest("OPTIONS " + uri + " SIP/2.0\r\n"
                    + outlet.via(target.transport(), "z9hG4bK" + Ids.random(16))
                    + "Max-Forwards: 70\r\n"
                    + trunk.proxyRoute()
                            .map(route -> "Route: " + route + "\r\n")
                            .orElse("")
                    + "From: <sip:callbridge@" + outlet.host() + ">;tag=" + Ids.random(10) + "\r\n"
                    + "To: <" + uri + ">\r\n"
                    + "Call-ID: " + Ids.random(24) + "\r\n"
                    + "CSeq: 1 OPTIONS\r\n"
                    + "Contact: " + outlet.contact("callbridge", target.transport()) + "\r\n"
                    + "User-Agent: " + Jain.USER_AGENT + "\r\n\r\n");
            PinnedRouter.pin(request, target.hop());
            return request;
        }

        @Override
        public void responded(SIPResponse response, @Nullable Dialog ignored) {
            Asked now = asked;
            if (now != null) {
                Reflexive.of(response)
                        .filter(seen -> host.learn(trunk, now.target().transport(), now.outlet(), seen))
                        .ifPresent(_ -> trunk.moved(Optional.empty()));
            }
            decide(true);
        }

        @Override
        public void timedOut() {
            decide(false);
        }

        private void decide(boolean alive) {
            if (decided.compareAndSet(false, true)) {
                decided(alive, Duration.ofNanos(System.nanoTime() - began));
                Asked now = asked;
                if (!alive && now != null && trunk.targets().size() > 1) {
                    trunk.rest(now.target(), PENALTY);
                }
                if (!alive) {
                    Jain.end(transaction);
                }
            }
        }
    }
}
