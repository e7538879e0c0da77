package dev.callbridge.testkit;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The ICE of a [WebRtcPeer] (RFC 8445), full and with regular nomination, and consent (RFC 7675): one generation of
/// credentials on ports of its own. A restart makes another one.
///
/// All of it but the reading of sockets happens on the peer's thread.
final class IcePeer {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern CANDIDATE =
            Pattern.compile("a=candidate:\\S+ 1 (?i:udp) \\d+ ([0-9a-fA-F.:]+) (\\d+) typ .*");

    private static final int BEAT_MILLIS = 50;
    private static final long CHECK_EVERY = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long CONSENT_EVERY = TimeUnit.MILLISECONDS.toNanos(2000);
    private static final long CONSENT_LASTS = TimeUnit.SECONDS.toNanos(10);
    private static final int TYPE_HOST = 126;
    private static final int TYPE_PEER_REFLEXIVE = 110;

    /// Hears what comes of it, on the peer's thread.
    interface Listener {

        /// There is a way, or another one.
        void reachable();

        /// DTLS, RTP or RTCP came on a way that was checked.
        void received(byte[] packet);

        /// The other end does not answer any more.
        void lost();
    }

    private static final class Pair {

        private final DatagramSocket socket;
        private final InetSocketAddress remote;
        private boolean valid;
        private boolean nominated;
        private boolean wanted;
        private long asked;
        private long answered;

        private Pair(DatagramSocket socket, InetSocketAddress remote) {
            this.socket = socket;
            this.remote = remote;
        }
    }

    private record Asked(Pair pair, boolean nominating) {}

    private final ScheduledExecutorService thread;
    private final Listener listener;
    private final List<DatagramSocket> sockets = new ArrayList<>();
    private final String fragment = random(4);
    private final String password = random(12);
    private final long tieBreaker = RANDOM.nextLong();
    private final List<Pair> pairs = new ArrayList<>();
    private final Map<String, Asked> asked = new HashMap<>();
    private @Nullable String theirFragment;
    private @Nullable String theirPassword;
    private boolean controlling;
    private boolean lost;
    private volatile boolean deaf;
    private volatile @Nullable Pair selected;

    /// @param at addresses of this machine
    IcePeer(List<InetAddress> at, ScheduledExecutorService thread, Listener listener) {
        this.thread = thread;
        this.listener = listener;
        try {
            for (InetAddress address : at) {
                var socket = new DatagramSocket(new InetSocketAddress(address, 0));
                sockets.add(socket);
                Thread.ofVirtual().name("ice-peer").start(() -> read(socket));
            }
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
        var _ = thread.scheduleAtFixedRate(this::beat, BEAT_MILLIS, BEAT_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// Those that others on this machine can send to.
    static List<InetAddress> ownAddresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(IcePeer::isUp)
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLinkLocalAddress())
                    .toList();
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp();
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String random(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    String fragment() {
        return fragment;
    }

    String password() {
        return password;
    }

    /// Lines of a description.
    String candidates() {
        var lines = new StringBuilder();
        for (int i = 0; i < sockets.size(); i++) {
            DatagramSocket socket = sockets.get(i);
            String host = socket.getLocalAddress().getHostAddress().replaceFirst("%.*", "");
            lines.append("a=candidate:%d 1 udp %d %s %d typ host generation 0\r\n"
                    .formatted(i + 1, priority(TYPE_HOST, i), host, socket.getLocalPort()));
        }
        return lines.toString();
    }

    private static long priority(int type, int number) {
        return (long) type << 24 | (0xFFFFL - number) << 8 | 255;
    }

    /// The other end's credentials are known; does nothing when they were known before.
    ///
    /// @param description with its candidates
    void start(boolean controls, String remoteFragment, String remotePassword, String description) {
        if (theirFragment != null) {
            return;
        }
        controlling = controls;
        theirFragment = remoteFragment;
        theirPassword = remotePassword;
        Matcher candidate = CANDIDATE.matcher(description);
        while (candidate.find()) {
            InetAddress host = InetAddress.ofLiteral(candidate.group(1));
            var remote = new InetSocketAddress(host, Integer.parseInt(candidate.group(2)));
            for (DatagramSocket socket : sockets) {
                if (socket.getLocalAddress() instanceof Inet4Address == host instanceof Inet4Address) {
                    pair(socket, remote);
                }
            }
        }
        beat();
    }

    private Pair pair(DatagramSocket socket, InetSocketAddress remote) {
        for (Pair known : pairs) {
            if (known.socket.equals(socket) && known.remote.equals(remote)) {
                return known;
            }
        }
        var pair = new Pair(socket, remote);
        pairs.add(pair);
        return pair;
    }

    boolean isReachable() {
        return selected != null && !lost;
    }

    /// Where it sends to; null before there is a way.
    @Nullable InetSocketAddress remote() {
        Pair way = selected;
        return way == null ? null : way.remote;
    }

    /// Neither hears nor says anything from now on.
    void fallSilent() {
        deaf = true;
    }

    /// From any thread.
    void send(byte[] packet) {
        Pair way = selected;
        if (way != null && !lost) {
            send(packet, way);
        }
    }

    private void send(byte[] packet, Pair way) {
        if (deaf) {
            return;
        }
        try {
            way.socket.send(new DatagramPacket(packet, packet.length, way.remote));
        } catch (IOException _) {
            // Not reachable from there: then that pair gets no answer.
        }
    }

    private void read(DatagramSocket socket) {
        byte[] buffer = new byte[2048];
        while (!socket.isClosed()) {
            try {
                var packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
                var from = (InetSocketAddress) packet.getSocketAddress();
                thread.execute(() -> received(socket, from, bytes));
            } catch (IOException | java.util.concurrent.RejectedExecutionException _) {
                if (thread.isShutdown()) {
                    return;
                }
            }
        }
    }

    private void received(DatagramSocket socket, InetSocketAddress from, byte[] bytes) {
        if (deaf || bytes.length == 0) {
            return;
        }
        if ((bytes[0] & 0xFF) >= 4) {
            if (pairs.stream().anyMatch(pair -> pair.socket.equals(socket) && pair.remote.equals(from))) {
                listener.received(bytes);
            }
            return;
        }
        StunMessage message = StunMessage.read(bytes);
        if (message != null) {
            switch (message.type()) {
                case StunMessage.REQUEST -> request(message, socket, from);
                case StunMessage.SUCCESS -> success(message, from);
                case StunMessage.ERROR -> refused(message);
                default -> {
                    // An indication keeps NAT open and says nothing.
                }
            }
        }
    }

    private void request(StunMessage request, DatagramSocket socket, InetSocketAddress from) {
        String user = fragment + ":" + (theirFragment == null ? "" : theirFragment);
        if (!request.text(StunMessage.USERNAME).startsWith(user) || !request.isSigned(password)) {
            return;
        }
        Pair pair = pair(socket, from);
        if (request.has(controlling ? StunMessage.ICE_CONTROLLING : StunMessage.ICE_CONTROLLED)
                && theirFragment != null) {
            long theirs = request.number(controlling ? StunMessage.ICE_CONTROLLING : StunMessage.ICE_CONTROLLED);
            if (controlling == Long.compareUnsigned(tieBreaker, theirs) >= 0) {
                var conflict = new StunMessage(StunMessage.ERROR, request.transaction())
                        .with(StunMessage.ERROR_CODE, new byte[] {0, 0, 4, 87});
                send(conflict.signed(password), pair);
                return;
            }
            controlling = !controlling;
        }
        send(
                new StunMessage(StunMessage.SUCCESS, request.transaction())
                        .mapped(from)
                        .signed(password),
                pair);
        if (request.has(StunMessage.USE_CANDIDATE)) {
            pair.wanted = true;
            select(pair);
        }
        if (!pair.valid && theirFragment != null && System.nanoTime() - pair.asked > CHECK_EVERY / 4) {
            ask(pair, false);
        }
    }

    private void success(StunMessage response, InetSocketAddress from) {
        Asked question = asked.remove(HexFormat.of().formatHex(response.transaction()));
        if (question == null
                || !question.pair.remote.equals(from)
                || !response.isSigned(requireNonNull(theirPassword))) {
            return;
        }
        Pair pair = question.pair;
        pair.valid = true;
        pair.answered = System.nanoTime();
        if (controlling && question.nominating) {
            pair.nominated = true;
        }
        if (controlling && !question.nominating && pairs.stream().noneMatch(known -> known.wanted)) {
            pair.wanted = true;
            ask(pair, true);
        }
        select(pair);
    }

    private void select(Pair pair) {
        Pair before = selected;
        boolean better = before == null || (pair.wanted && !before.wanted) || (pair.nominated && !before.nominated);
        if (pair.valid && better && !lost) {
            selected = pair;
            listener.reachable();
        }
    }

    private void refused(StunMessage error) {
        Asked question = asked.remove(HexFormat.of().formatHex(error.transaction()));
        if (question != null && error.errorCode() == 487) {
            controlling = !controlling;
            ask(question.pair, false);
        }
    }

    private void ask(Pair pair, boolean nominate) {
        byte[] transaction = new byte[12];
        RANDOM.nextBytes(transaction);
        var request = new StunMessage(StunMessage.REQUEST, transaction)
                .with(StunMessage.USERNAME, theirFragment + ":" + fragment)
                .withInt(StunMessage.PRIORITY, (int) priority(TYPE_PEER_REFLEXIVE, sockets.indexOf(pair.socket)))
                .with(controlling ? StunMessage.ICE_CONTROLLING : StunMessage.ICE_CONTROLLED, tieBreaker);
        if (nominate) {
            request.with(StunMessage.USE_CANDIDATE);
        }
        asked.put(HexFormat.of().formatHex(transaction), new Asked(pair, nominate));
        pair.asked = System.nanoTime();
        send(request.signed(requireNonNull(theirPassword)), pair);
    }

    private void beat() {
        if (theirFragment == null || lost || sockets.getFirst().isClosed()) {
            return;
        }
        long now = System.nanoTime();
        Pair way = selected;
        for (Pair pair : List.copyOf(pairs)) {
            boolean open = !pair.valid || (controlling && pair.wanted && !pair.nominated);
            boolean checks = open && (way == null || pair == way) && now - pair.asked > CHECK_EVERY;
            boolean consent = pair == way && now - pair.asked > CONSENT_EVERY;
            if (checks || consent) {
                ask(pair, controlling && pair.wanted);
            }
        }
        if (way != null && now - way.answered > CONSENT_LASTS) {
            lost = true;
            listener.lost();
        }
    }

    void close() {
        sockets.forEach(DatagramSocket::close);
    }
}
