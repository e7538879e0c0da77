package dev.callbridge.media.transport;

import dev.callbridge.bridge.RelayServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What we agree on with a TURN server about one allocation: makes it, keeps it and its permissions alive, gives it
/// back (RFC 8656 §7 to §9).
///
/// [#allocate] waits on its caller's thread. All that is asked later is asked on a virtual thread of its own, one thing
/// after the other, since each answer may bring another nonce.
final class TurnClient {

    private static final Logger log = LoggerFactory.getLogger(TurnClient.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    /// A call waits for its relay while nobody hears anything, so not for long.
    private static final int[] WAITS_MILLIS = {250, 500, 750};

    /// Permissions last five minutes (RFC 8656 §9).
    private static final Duration REFRESH_LATEST = Duration.ofMinutes(4);

    /// When it is asked again if it didn't answer; every further time after twice as long.
    private static final Duration RETRY = Duration.ofSeconds(1);

    private static final int UDP = 17;
    private static final int UNAUTHORIZED = 401;
    private static final int STALE_NONCE = 438;
    private static final int MOST_WAITING = 100;

    /// Of those that were asked for the last count: a client that moves names new ones.
    static final int MAX_PERMISSIONS = 32;

    /// Where messages to the server go.
    interface Sender {
        void send(byte[] message) throws IOException;
    }

    /// The server answered, and said no.
    private static final class Refusal extends IOException {

        private static final long serialVersionUID = 1;

        private Refusal(String message) {
            super(message);
        }
    }

    private final RelayServer server;
    private final Sender sender;
    private final Runnable ended;
    private final Map<ByteBuffer, CompletableFuture<TurnMessage>> asked = new ConcurrentHashMap<>();
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private volatile boolean closed;
    /// Of the thread that asks.
    private final SequencedSet<InetAddress> permitted = new LinkedHashSet<>();
    private long due;
    private int failures;
    private String realm = "";
    private String nonce = "";

    /// @param ended after the last word was said, if there was an allocation
    TurnClient(RelayServer server, Sender sender, Runnable ended) {
        this.server = server;
        this.sender = sender;
        this.ended = ended;
    }

    /// Asks for an allocation, and has a thread keep it alive.
    ///
    /// @return what the server said
    /// @throws IOException if it doesn't answer, or refuses
    TurnMessage allocate() throws IOException {
        TurnMessage allocated =
                ask(TurnMessage.ALLOCATE, request -> request.withNumber(TurnMessage.REQUESTED_TRANSPORT, UDP << 24));
        int lifetime = allocated.number(TurnMessage.LIFETIME).orElse(600);
        Duration every = Duration.ofSeconds(Math.max(1, lifetime / 2));
        Duration refresh = every.compareTo(REFRESH_LATEST) < 0 ? every : REFRESH_LATEST;
        Thread.ofVirtual().name("turn").start(() -> keep(refresh));
        return allocated;
    }

    private void keep(Duration every) {
        try {
            dueIn(every);
            while (!closed) {
                Runnable task = tasks.poll(due - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (task != null) {
                    task.run();
                } else {
                    renew(every);
                }
            }
            var _ = ask(TurnMessage.REFRESH, request -> request.withNumber(TurnMessage.LIFETIME, 0));
        } catch (IOException e) {
            log.debug("relay not given back", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            ended.run();
        }
    }

    private void dueIn(Duration time) {
        due = System.nanoTime() + time.toNanos();
    }

    private void renew(Duration every) {
        failures = refresh() && permitted.stream().allMatch(this::permission) ? 0 : failures + 1;
        Duration retry = RETRY.multipliedBy(1L << Math.clamp(failures - 1, 0, 8));
        dueIn(failures == 0 || every.compareTo(retry) < 0 ? every : retry);
    }

    /// @return whether that went well
    private boolean refresh() {
        try {
            var _ = ask(TurnMessage.REFRESH, UnaryOperator.identity());
            return true;
        } catch (IOException e) {
            log.info("the relay was not renewed: {}", e.getMessage());
            return false;
        }
    }

    /// Asks for a permission, or for it to last. One that is refused, since the server forbids some networks to all, is
    /// nothing against the others.
    ///
    /// @return whether the server answered
    private boolean permission(InetAddress peer) {
        try {
            var _ = ask(TurnMessage.CREATE_PERMISSION, request -> request.withPeer(new InetSocketAddress(peer, 0)));
            return true;
        } catch (IOException e) {
            log.debug("the relay lets nothing through from a peer: {}", e.getMessage());
            return e instanceof Refusal;
        }
    }

    /// Has the relay let through what comes from there; returns at once. Who names more than can be asked for meanwhile
    /// is not heard.
    void permit(InetAddress peer) {
        if (tasks.size() < MOST_WAITING) {
            tasks.add(() -> admit(peer));
        }
    }

    private void admit(InetAddress peer) {
        boolean known = permitted.contains(peer);
        permitted.addLast(peer);
        if (permitted.size() > MAX_PERMISSIONS) {
            permitted.removeFirst();
        }
        if (!known && !permission(peer)) {
            dueIn(RETRY);
        }
    }

    /// On the shard's thread.
    void received(TurnMessage answer) {
        CompletableFuture<TurnMessage> waiting = asked.remove(answer.transaction());
        if (waiting != null) {
            waiting.complete(answer);
        }
    }

    void close() {
        closed = true;
        tasks.add(() -> {});
    }

    private TurnMessage ask(int type, UnaryOperator<TurnMessage> what) throws IOException {
        for (int tries = 0; tries < 3; tries++) {
            TurnMessage answer = exchange(what.apply(signable(type)));
            if (!answer.isError()) {
                return answer;
            }
            int error = answer.errorCode();
            boolean challenged = error == STALE_NONCE || (error == UNAUTHORIZED && nonce.isEmpty());
            if (!challenged) {
                throw new Refusal("the TURN server refuses: " + error);
            }
            realm = text(answer, TurnMessage.REALM, realm);
            nonce = text(answer, TurnMessage.NONCE, nonce);
        }
        throw new IOException("the TURN server asks for credentials again and again");
    }

    private static String text(TurnMessage message, int attribute, String otherwise) {
        return message.value(attribute)
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .orElse(otherwise);
    }

    private TurnMessage signable(int type) {
        byte[] transaction = new byte[TurnMessage.TRANSACTION];
        RANDOM.nextBytes(transaction);
        TurnMessage request = TurnMessage.request(type, transaction);
        return nonce.isEmpty()
                ? request
                : request.with(TurnMessage.USERNAME, server.user())
                        .with(TurnMessage.REALM, realm)
                        .with(TurnMessage.NONCE, nonce);
    }

    private TurnMessage exchange(TurnMessage request) throws IOException {
        var answer = new CompletableFuture<TurnMessage>();
        asked.put(request.transaction(), answer);
        byte[] bytes = nonce.isEmpty() ? request.bytes() : request.signed(key());
        try {
            for (int wait : WAITS_MILLIS) {
                sender.send(bytes);
                try {
                    return answer.get(wait, TimeUnit.MILLISECONDS);
                } catch (TimeoutException _) {
                    // UDP may have lost it.
                }
            }
            throw new IOException("the TURN server doesn't answer");
        } catch (ExecutionException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            asked.remove(request.transaction());
        }
    }

    /// Of long-term credentials (RFC 8489 §9.2.2).
    private byte[] key() {
        try {
            String text = server.user() + ":" + realm + ":" + server.password();
            return MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
