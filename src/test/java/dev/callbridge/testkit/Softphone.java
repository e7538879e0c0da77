package dev.callbridge.testkit;

import dev.callbridge.testkit.SipSockets.Way;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A SIP telephone on a loopback address: its own small user agent over UDP and TCP sockets, which shares no
/// code with the bridge. It can be called and can call; it answers OPTIONS, acknowledges refusals and answers
/// CANCEL with 487 by itself, and everything else when the test says so ([SoftphoneCall]).
///
/// ```
/// var call = phone.expectInvite();
/// call.ring();
/// call.answer(phone.sdp(4000));
/// call.expectAck();
/// call.expectBye();
/// ```
///
/// ## Threads
/// Receives on threads of its own; the test's thread waits in the `expect` methods, thirty seconds at most.
public final class Softphone implements AutoCloseable {

    /// What carries a message.
    public enum Via {
        UDP,
        TCP
    }

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final InetAddress address;
    private final SipSockets sockets;
    private final List<SipMessage> messages = new CopyOnWriteArrayList<>();
    private final BlockingQueue<SoftphoneCall> invites = new LinkedBlockingQueue<>();
    private final Map<String, SoftphoneCall> calls = new ConcurrentHashMap<>();
    private volatile boolean answersOptions = true;
    private volatile boolean deaf;
    private volatile @Nullable String registrar;

    /// @param host an address of this machine, for example `127.0.0.2`
    public Softphone(String host) {
        try {
            this.address = InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
        this.sockets = new SipSockets(address, this::arrived);
        sockets.start();
    }

    public String host() {
        return address.getHostAddress().contains(":") ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
    }

    public int port() {
        return sockets.port();
    }

    /// As a trunk's `peer` setting.
    public String hostPort() {
        return host() + ":" + port();
    }

    /// Everything received and sent so far, in order.
    public List<SipMessage> messages() {
        return List.copyOf(messages);
    }

    /// What was received of one kind: `INVITE`, or the status of responses.
    public List<SipMessage> received(String method) {
        return messages.stream()
                .filter(each ->
                        each.received() && each.isRequest() && each.method().equals(method))
                .toList();
    }

    /// Whether OPTIONS are answered; they are, unless said otherwise.
    public void answerOptions(boolean answer) {
        answersOptions = answer;
    }

    /// REGISTER is granted by itself from now on.
    ///
    /// @param seen where the phone says that it sees us (RFC 3581 §4): `;received=...;rport=...`; empty: it doesn't
    public void answerRegister(String seen) {
        registrar = seen;
    }

    /// A deaf phone hears nothing at all, like a host that is switched off.
    public void deaf(boolean now) {
        deaf = now;
    }

    /// One line of plain RTP audio on this phone's address: PCMA, PCMU, telephone-event.
    public String sdp(int rtpPort) {
        String family = address.getHostAddress().contains(":") ? "IP6 " : "IP4 ";
        return "v=0\r\no=phone 1 1 IN " + family + address.getHostAddress() + "\r\ns=-\r\nc=IN " + family
                + address.getHostAddress() + "\r\nt=0 0\r\nm=audio " + rtpPort
                + " RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
                + "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\n";
    }

    /// The next call for this phone.
    public SoftphoneCall expectInvite() {
        return take(invites, "an INVITE");
    }

    /// The next call for this phone whose target has `number` in it; others are passed over.
    public SoftphoneCall expectInvite(String number) {
        SoftphoneCall call = expectInvite();
        while (!call.invite().requestUri().contains(number)) {
            call = expectInvite();
        }
        return call;
    }

    /// How many INVITEs came whose target has `number` in it.
    public long invites(String number) {
        return received("INVITE").stream()
                .filter(invite -> invite.requestUri().contains(number))
                .count();
    }

    /// Nobody calls for as long as this.
    public boolean isLeftAlone(Duration time) {
        try {
            return invites.poll(time.toMillis(), TimeUnit.MILLISECONDS) == null;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Calls `user` at a bridge.
    ///
    /// @param headers further header lines, each without its line break
    public SoftphoneCall call(
            String from, String user, InetSocketAddress bridge, Via via, @Nullable String sdp, String... headers) {
        Way way = sockets.way(bridge, via);
        String target = "sip:" + user + "@" + bracketed(bridge.getAddress()) + ":" + bridge.getPort();
        var call = new SoftphoneCall(this, way, target, from);
        calls.put(call.callId(), call);
        call.invite(sdp, headers);
        return call;
    }

    /// Sends bytes as they are.
    public void send(String text, InetSocketAddress to, Via via) {
        write(text, sockets.way(to, via));
    }

    boolean isClosed() {
        return sockets.isClosed();
    }

    @Override
    public void close() {
        sockets.close();
    }

    private static String bracketed(InetAddress host) {
        return host.getHostAddress().contains(":") ? "[" + host.getHostAddress() + "]" : host.getHostAddress();
    }

    void write(String text, Way way) {
        messages.add(new SipMessage(false, text, System.nanoTime()));
        sockets.write(text, way);
    }

    private void arrived(String text, long nanos, Way way) {
        if (deaf) {
            return;
        }
        var message = new SipMessage(true, text, nanos);
        messages.add(message);
        SoftphoneCall call = calls.get(message.header("Call-ID"));
        if (message.isRequest()) {
            switch (message.method()) {
                case "OPTIONS" -> {
                    if (answersOptions) {
                        write(message.response(200, "opt", null, null), way);
                    }
                }
                case "INVITE" -> {
                    if (call == null) {
                        call = new SoftphoneCall(this, message, way);
                        calls.put(call.callId(), call);
                        invites.add(call);
                    } else {
                        call.again(message, way);
                    }
                }
                default -> {
                    String seen = registrar;
                    if (message.method().equals("REGISTER") && seen != null) {
                        String granted = message.response(200, "reg", null, null, "Expires: 3600");
                        write(seen.isEmpty() ? granted : granted.replaceFirst(";rport", seen), way);
                    } else if (call == null) {
                        write(message.response(481, "none", null, null), way);
                    } else {
                        call.request(message, way);
                    }
                }
            }
        } else if (call != null) {
            call.response(message);
        }
    }

    /// Waits for the next of `queue`.
    static <T> T take(BlockingQueue<T> queue, String what) {
        try {
            return Optional.ofNullable(queue.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                    .orElseThrow(() -> new AssertionError("waited in vain for " + what));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
