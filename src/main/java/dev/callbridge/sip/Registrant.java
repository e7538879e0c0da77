package dev.callbridge.sip;

import dev.callbridge.bridge.Ids;
import dev.callbridge.sip.leg.Challenge;
import dev.callbridge.sip.register.Registration;
import dev.callbridge.sip.register.RegistrationArrival;
import dev.callbridge.sip.register.RegistrationMessage;
import dev.callbridge.sip.register.RegistrationState;
import dev.callbridge.sip.register.RegistrationStep;
import gov.nist.javax.sip.message.SIPResponse;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import javax.sip.ClientTransaction;
import javax.sip.Dialog;
import javax.sip.SipException;
import javax.sip.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps one account of a trunk registered: carries out what its [Registration] decides.
///
/// ## Threads
/// All of it happens on one virtual thread, which alone waits for connections; the timer and the stack only leave word
/// there.
final class Registrant {

    private static final Logger log = LoggerFactory.getLogger(Registrant.class);
    /// After that another server is asked, if there is one.
    private static final Duration SIGN = Duration.ofSeconds(4);
    private static final String SILENCE = "no answer";
    private static final Duration PENALTY = Duration.ofSeconds(30);

    private final Trunk trunk;
    private final Account account;
    private final SipStackHost host;
    private final Function<Peer, Optional<Target>> servers;
    private final Registration machine;
    private final DigestClient digest;
    private final KeepAlive keepAlive;
    private final String callId = Ids.random(24);
    private final String localTag = Ids.random(10);
    private final ExecutorService loop;
    private final CompletableFuture<Void> decided = new CompletableFuture<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private RegistrationState state;
    private @Nullable Future<?> timer;
    private @Nullable Asked open;
    private long cseq;
    /// What the registrar has, or may have.
    private String registered = "";
    private boolean up;
    private String trouble = SILENCE;

    /// @param servers finds a server; may block
    Registrant(Trunk trunk, Account account, SipStackHost host, Function<Peer, Optional<Target>> servers) {
        this.servers = servers;
        this.trunk = trunk;
        this.account = account;
        this.host = host;
        this.machine = new Registration(trunk.registerFor(), RandomGenerator.getDefault());
        this.state = machine.start();
        this.digest = new DigestClient(account.credentials());
        this.keepAlive = new KeepAlive(host);
        this.loop = Executors.newSingleThreadExecutor(
                Thread.ofVirtual().name("register-" + trunk.name()).factory());
    }

    Account account() {
        return account;
    }

    void start() {
        post(() -> take(machine.begin()));
    }

    /// Our address changed, or the registrar may have forgotten us.
    void moved() {
        arrive(new RegistrationArrival.Moved());
    }

    /// Known after the first attempt.
    CompletableFuture<Void> decided() {
        return decided;
    }

    /// Takes our contact away; done when the registrar said so, or after a moment.
    CompletableFuture<Void> stop() {
        post(() -> take(machine.stop(state)));
        return done;
    }

    private void post(Runnable task) {
        try {
            loop.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException bug) {
                    log.error("registration with {} stumbled", trunk, bug);
                }
            });
        } catch (RejectedExecutionException _) {
            // It is over.
        }
    }

    private void arrive(RegistrationArrival arrival) {
        post(() -> take(machine.arrived(state, arrival)));
    }

    private void take(RegistrationStep step) {
        if (!step.next().equals(state)) {
            state = step.next();
            if (timer != null) {
                timer.cancel(false);
            }
            RegistrationState armed = state;
            timer = host.after(
                    machine.limit(armed),
                    () -> post(() -> {
                        if (state.equals(armed)) {
                            take(machine.overdue(armed));
                        }
                    }));
        }
        step.messages().forEach(this::send);
    }

    private void send(RegistrationMessage message) {
        switch (message) {
            case RegistrationMessage.Register(var expires, boolean outbound, var answering) ->
                register(expires, outbound, answering);
            case RegistrationMessage.Unregister(var answering) -> register(Duration.ZERO, false, answering);
            case RegistrationMessage.Up(var expires) -> up(expires);
            case RegistrationMessage.Down(int status, boolean refused, var again) -> down(status, refused, again);
            case RegistrationMessage.Done() -> {
                keepAlive.stop();
                decided.complete(null);
                done.complete(null);
                loop.shutdown();
            }
        }
    }

    private void register(Duration expires, boolean outbound, List<Challenge> answering) {
        Asked before = open;
        Optional<Target> next = before != null && !answering.isEmpty() ? Optional.of(before.target) : trunk.target();
        if (next.isEmpty()) {
            open = null;
            arrive(new RegistrationArrival.Failed(0, Optional.empty(), false));
            return;
        }
        Target target = next.get();
        Outlet outlet = host.outlet(trunk, target);
        boolean leaves = expires.isZero();
        String contact =
                leaves && !registered.isEmpty() ? registered : outlet.contactUri(account.token(), target.transport());
        String stale = registered.equals(contact) ? "" : registered;
        var request = new RegisterRequest(
                trunk,
                account,
                target,
                outlet,
                contact,
                stale,
                expires,
                outbound,
                callId,
                localTag,
                "z9hG4bK" + Ids.random(16),
                ++cseq);
        // A nonce that was good once is used again, until the registrar wants another one (RFC 7616 §3.3).
        List<Header> credentials = digest.answer(answering, "REGISTER", request.uri());
        var asked = new Asked(request);
        open = asked;
        asked.send(credentials);
    }

    private void up(Duration expires) {
        if (!up) {
            log.info("trunk {}: registered {} for {}", trunk, account, text(expires));
        }
        up = true;
        decided.complete(null);
    }

    private void down(int status, boolean refused, Duration again) {
        boolean news = up || account.standing() instanceof Account.Standing.NotYet;
        up = false;
        keepAlive.stop();
        trunk.favour(null);
        String why = status == 0 ? trouble : Integer.toString(status);
        trouble = SILENCE;
        account.standing(new Account.Standing.Failing(why));
        if (refused) {
            log.warn(
                    "trunk {} refuses to register {} ({}): check user, password and realm of its login, and the name"
                            + " of the peer; next try in {}",
                    trunk,
                    account,
                    why,
                    text(again));
        } else if (news) {
            log.warn("trunk {} can't register {} ({}); next try in {}, and so on", trunk, account, why, text(again));
        } else {
            log.debug("trunk {} can't register {} ({}); next try in {}", trunk, account, why, text(again));
        }
        decided.complete(null);
    }

    /// What the settings may have to do with it.
    private static String trouble(Throwable failure) {
        String said = "no connection";
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof CertPathBuilderException) {
                return "nobody that we trust vouches for its certificate";
            }
            if (each instanceof CertificateException && each.getMessage() != null) {
                said = SipText.clean(each.getMessage(), 200);
            }
        }
        return said;
    }

    private static String text(Duration span) {
        return span.toSeconds() + " s";
    }

    private boolean othersLeft(Target target) {
        trunk.rest(target, PENALTY);
        return trunk.target().filter(next -> !next.equals(target)).isPresent() && !trunk.restsAltogether();
    }

    /// One REGISTER on the wire.
    private final class Asked implements ClientExchange {

        private final RegisterRequest request;
        private final Target target;
        private @Nullable ClientTransaction transaction;

        private Asked(RegisterRequest request) {
            this.request = request;
            this.target = request.target();
        }

        private void send(List<Header> credentials) {
            try {
                var created = request.outlet().provider().getNewClientTransaction(request.request(credentials));
                created.setApplicationData(this);
                transaction = created;
                created.sendRequest();
                var _ = host.after(SIGN, () -> post(this::missed));
            } catch (SipException e) {
                log.debug("no REGISTER to {}: {}", trunk, e.getMessage());
                trouble = trouble(e);
                failed(true);
            }
        }

        @Override
        public void responded(SIPResponse response, @Nullable Dialog ignored) {
            post(() -> answered(response));
        }

        @Override
        public void timedOut() {
            post(() -> failed(true));
        }

        private void missed() {
            failed(false);
        }

        /// @param isFinal whether nothing can come any more
        private void failed(boolean isFinal) {
            if (open != this) {
                return;
            }
            boolean elsewhere = othersLeft(target);
            if (isFinal || elsewhere) {
                open = null;
                Jain.end(transaction);
                take(machine.arrived(state, new RegistrationArrival.Failed(0, Optional.empty(), elsewhere)));
            }
        }

        private void answered(SIPResponse response) {
            boolean moved = Reflexive.of(response)
                    .filter(seen -> host.learn(trunk, target.transport(), request.outlet(), seen))
                    .isPresent();
            if (moved) {
                trunk.moved(Optional.of(account));
            }
            if (open != this || response.getStatusCode() < 200) {
                return;
            }
            int status = response.getStatusCode();
            if (status / 100 == 2) {
                granted(response);
            }
            if (moved && status / 100 == 2) {
                take(machine.arrived(state, new RegistrationArrival.Moved()));
            }
            boolean elsewhere = status / 100 == 5 && othersLeft(target);
            take(machine.arrived(state, RegisterResponse.read(response, account, request.expires(), elsewhere)));
        }

        private void granted(SIPResponse response) {
            if (request.expires().isZero()) {
                registered = "";
                return;
            }
            registered = request.contact();
            // An outbound proxy comes before the registrar's routes.
            Target next = trunk.proxyRoute().isPresent()
                    ? null
                    : RegisterResponse.nextServer(response, target.transport())
                            .flatMap(servers)
                            .filter(found -> !found.equals(target))
                            .orElse(null);
            account.standing(new Account.Standing.Registered(RegisterResponse.serviceRoute(response), next));
            trunk.favour(target);
            keepAlive.start(request.outlet(), target, trunk.keepalive());
        }
    }
}
