package dev.callbridge.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.callbridge.testkit.SipSockets.Way;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A SIP telephone on a loopback address: its own small user agent over UDP and TCP sockets, which shares no
/// code with
/// the bridge. It can be called and can call; it answers OPTIONS, acknowledges refusals and answers CANCEL
/// with 487 by
/// itself, and everything else when the test says so.
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
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final InetAddress address;
    private final SipSockets sockets;
    private final List<SipMessage> messages = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Call> invites = new LinkedBlockingQueue<>();
    private final Map<String, Call> calls = new ConcurrentHashMap<>();
    private volatile boolean answersOptions = true;
    private volatile boolean deaf;

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
    public Call expectInvite() {
        return take(invites, "an INVITE");
    }

    /// The next call for this phone whose target has `number` in it; others are passed over.
    public Call expectInvite(String number) {
        Call call = expectInvite();
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
    public Call call(
            String from, String user, InetSocketAddress bridge, Via via, @Nullable String sdp, String... headers) {
        Way way = sockets.way(bridge, via);
        String target = "sip:" + user + "@" + bracketed(bridge.getAddress()) + ":" + bridge.getPort();
        var call = new Call("soft-" + COUNT.incrementAndGet() + "-" + System.nanoTime(), way, target, from);
        calls.put(call.callId, call);
        call.invite(sdp, headers);
        return call;
    }

    /// Sends bytes as they are.
    public void send(String text, InetSocketAddress to, Via via) {
        write(text, sockets.way(to, via));
    }

    @Override
    public void close() {
        sockets.close();
    }

    private static String bracketed(InetAddress host) {
        return host.getHostAddress().contains(":") ? "[" + host.getHostAddress() + "]" : host.getHostAddress();
    }

    private void write(String text, Way way) {
        messages.add(new SipMessage(false, text, System.nanoTime()));
        sockets.write(text, way);
    }

    private void arrived(String text, long nanos, Way way) {
        if (deaf) {
            return;
        }
        var message = new SipMessage(true, text, nanos);
        messages.add(message);
        Call call = calls.get(message.header("Call-ID"));
        if (message.isRequest()) {
            switch (message.method()) {
                case "OPTIONS" -> {
                    if (answersOptions) {
                        write(response(message, 200, "opt", null, null), way);
                    }
                }
                case "INVITE" -> {
                    if (call == null) {
                        call = new Call(message, way);
                        calls.put(call.callId, call);
                        invites.add(call);
                    } else {
                        call.again(message, way);
                    }
                }
                default -> {
                    if (call == null) {
                        write(response(message, 481, "none", null, null), way);
                    } else {
                        call.request(message, way);
                    }
                }
            }
        } else if (call != null) {
            call.responses.add(message);
        }
    }

    private String response(
            SipMessage request,
            int status,
            String tag,
            @Nullable String contact,
            @Nullable String sdp,
            String... more) {
        var text = new StringBuilder("SIP/2.0 " + status + " Because\r\n");
        for (String name : List.of("Via", "Record-Route", "From", "Call-ID", "CSeq")) {
            request.headers(name)
                    .forEach(value ->
                            text.append(name).append(": ").append(value).append("\r\n"));
        }
        String to = request.header("To");
        boolean tagged = to.contains(";tag=") || status == 100;
        text.append("To: ").append(to).append(tagged ? "" : ";tag=" + tag).append("\r\n");
        if (contact != null) {
            text.append("Contact: ").append(contact).append("\r\n");
        }
        for (String line : more) {
            text.append(line).append("\r\n");
        }
        if (sdp != null) {
            text.append("Content-Type: application/sdp\r\n");
        }
        int length = sdp == null ? 0 : sdp.getBytes(UTF_8).length;
        return text.append("Content-Length: ")
                .append(length)
                .append("\r\n\r\n")
                .append(sdp == null ? "" : sdp)
                .toString();
    }

    private static <T> T take(BlockingQueue<T> queue, String what) {
        try {
            return Optional.ofNullable(queue.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                    .orElseThrow(() -> new AssertionError("waited in vain for " + what));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// One call as this phone sees it, whoever called.
    public final class Call {

        private final String callId;
        private final BlockingQueue<SipMessage> requests = new LinkedBlockingQueue<>();
        private final BlockingQueue<SipMessage> responses = new LinkedBlockingQueue<>();
        private final List<SipMessage> seen = new ArrayList<>();
        private final String tag = "t" + COUNT.incrementAndGet();
        private final String local;
        private Way way;
        private String target;
        private String remote;
        /// The last INVITE of the bridge.
        private SipMessage invite;
        /// The last INVITE of ours.
        private SipMessage sent = new SipMessage(false, "", 0);
        private long cseq = 1;
        private volatile boolean answersCancel = true;
        private volatile boolean answersBye;

        /// Somebody calls.
        private Call(SipMessage invite, Way way) {
            this.callId = invite.header("Call-ID");
            this.invite = invite;
            this.way = way;
            this.local = invite.header("To") + ";tag=" + tag;
            this.remote = invite.header("From");
            this.target = uri(invite.header("Contact"));
        }

        /// We call.
        private Call(String callId, Way way, String target, String from) {
            this.callId = callId;
            this.way = way;
            this.target = target;
            this.local = from + ";tag=" + tag;
            this.invite = sent;
            this.remote = "<" + target + ">";
        }

        public String callId() {
            return callId;
        }

        /// The last INVITE that came.
        public SipMessage invite() {
            return invite;
        }

        private static String uri(String nameAddr) {
            int open = nameAddr.indexOf('<');
            return open < 0 ? nameAddr : nameAddr.substring(open + 1, nameAddr.indexOf('>', open));
        }

        private String contact() {
            return "<sip:phone@" + hostPort() + (way.via() == Via.TCP ? ";transport=tcp" : "") + ">";
        }

        private void again(SipMessage message, Way from) {
            if (message.branch().equals(invite.branch())) {
                return;
            }
            invite = message;
            way = from;
            requests.add(message);
        }

        private void request(SipMessage message, Way from) {
            if (message.method().equals("CANCEL") && answersCancel) {
                write(response(message, 200, tag, null, null), from);
                write(response(invite, 487, tag, null, null), way);
            }
            if (message.method().equals("BYE") && answersBye) {
                write(response(message, 200, tag, null, null), from);
            }
            requests.add(message);
        }

        // --- being called, also with a re-INVITE

        public void trying() {
            write(response(invite, 100, tag, null, null), way);
        }

        public void ring() {
            progress(180, null);
        }

        /// @param sdp early description; null: none
        public void progress(int status, @Nullable String sdp, String... headers) {
            progressAs(tag, status, sdp, headers);
        }

        /// One of several phones behind a forking proxy rings.
        public void progressAs(String toTag, int status, @Nullable String sdp, String... headers) {
            write(response(invite, status, toTag, contact(), sdp, headers), way);
        }

        public void answer(@Nullable String sdp, String... headers) {
            answerAs(tag, sdp, headers);
        }

        /// One of several phones behind a forking proxy answers; also again, as if the ACK had been lost.
        public void answerAs(String toTag, @Nullable String sdp, String... headers) {
            write(response(invite, 200, toTag, contact(), sdp, headers), way);
        }

        /// Answers as real phones do: again and again until the ACK comes (RFC 3261 §13.3.1.4).
        public void answerUntilAcknowledged(String toTag, String sdp) {
            String end = ";tag=" + toTag;
            boolean acknowledged = messages.stream()
                    .anyMatch(each -> each.received()
                            && each.header("Call-ID").equals(callId)
                            && each.method().equals("ACK")
                            && each.header("To").endsWith(end));
            if (!acknowledged && !sockets.isClosed()) {
                answerAs(toTag, sdp);
                CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS)
                        .execute(() -> answerUntilAcknowledged(toTag, sdp));
            }
        }

        public void refuse(int status, String... headers) {
            write(response(invite, status, tag, null, null, headers), way);
        }

        /// Asks for credentials; the next INVITE is to be taken with [#expect].
        public void challenge(int status, String parameters) {
            String name = status == 407 ? "Proxy-Authenticate" : "WWW-Authenticate";
            refuse(status, name + ": Digest " + parameters);
        }

        /// Answers a request that came; with 200 as a rule.
        public void respond(SipMessage request, int status, String... headers) {
            write(response(request, status, tag, contact(), null, headers), way);
        }

        /// CANCEL is not answered by itself any more.
        public void ignoreCancel() {
            answersCancel = false;
        }

        /// BYE is answered by itself from now on.
        public void answerBye() {
            answersBye = true;
        }

        // --- calling

        private void invite(@Nullable String sdp, String... headers) {
            String text = text("INVITE", branch(), cseq, "<" + uri(remote) + ">", sdp, headers);
            sent = new SipMessage(false, text, System.nanoTime());
            write(text, way);
        }

        private static String branch() {
            return "z9hG4bK" + COUNT.incrementAndGet() + "x" + System.nanoTime();
        }

        private String text(
                String method, String branch, long number, String to, @Nullable String body, String... headers) {
            var text = new StringBuilder(method + " " + target + " SIP/2.0\r\n");
            text.append("Via: SIP/2.0/").append(way.via()).append(' ').append(hostPort());
            text.append(";rport;branch=").append(branch).append("\r\n");
            List<String> lines = List.of(headers);
            if (lines.stream().noneMatch(line -> line.startsWith("Max-Forwards"))) {
                text.append("Max-Forwards: 70\r\n");
            }
            text.append("From: ").append(local).append("\r\nTo: ").append(to);
            text.append("\r\nCall-ID: ").append(callId).append("\r\nCSeq: ");
            text.append(number).append(' ').append(method).append("\r\n");
            if (lines.stream().noneMatch(line -> line.startsWith("Contact"))) {
                text.append("Contact: ").append(contact()).append("\r\n");
            }
            lines.forEach(line -> text.append(line).append("\r\n"));
            if (body != null && lines.stream().noneMatch(line -> line.startsWith("Content-Type"))) {
                text.append("Content-Type: application/sdp\r\n");
            }
            text.append("Content-Length: ").append(body == null ? 0 : body.getBytes(UTF_8).length);
            return text.append("\r\n\r\n").append(body == null ? "" : body).toString();
        }

        /// Waits for a response to anything we sent; provisional ones that are not asked for are passed over, and
        /// refusals of our INVITE are acknowledged.
        public SipMessage expectStatus(int status) {
            while (true) {
                SipMessage response = take(
                        responses,
                        status + "; so far "
                                + seen.stream().map(SipMessage::startLine).toList());
                seen.add(response);
                boolean ofInvite = response.method().equals("INVITE");
                if (response.status() >= 300 && ofInvite) {
                    write(text("ACK", sent.branch(), sent.cseq(), response.header("To"), null), way);
                }
                if (response.status() == status) {
                    if (status > 100 && status < 300 && ofInvite) {
                        remote = response.header("To");
                        target = uri(response.header("Contact"));
                    }
                    return response;
                }
                if (response.status() >= 200) {
                    throw new AssertionError("expected " + status + ", got " + response.startLine());
                }
            }
        }

        public void ack() {
            ack(null);
        }

        /// ACK of the 200 to our last INVITE.
        ///
        /// @param sdp the answer, where the offer was not ours
        public void ack(@Nullable String sdp) {
            write(text("ACK", branch(), sent.cseq(), remote, sdp), way);
        }

        public void cancel(String... headers) {
            write(text("CANCEL", sent.branch(), cseq, "<" + uri(remote) + ">", null, headers), way);
        }

        /// The same INVITE once more, as when its response was lost; or as another branch of it.
        public void repeatInvite(boolean otherBranch) {
            write(otherBranch ? sent.text().replace(sent.branch(), sent.branch() + "m") : sent.text(), way);
        }

        // --- in the call

        /// Any request inside the dialog; what comes of it is for [#expectStatus].
        public void inDialog(String method, @Nullable String body, String... headers) {
            cseq++;
            String text = text(method, branch(), cseq, remote, body, headers);
            if (method.equals("INVITE")) {
                sent = new SipMessage(false, text, System.nanoTime());
            }
            write(text, way);
        }

        /// Changes the session.
        ///
        /// @param sdp null: the bridge is to offer
        public void reinvite(@Nullable String sdp, String... headers) {
            inDialog("INVITE", sdp, headers);
        }

        public void hangUp(String... headers) {
            inDialog("BYE", null, headers);
        }

        /// Waits for a request of one kind, past others.
        public SipMessage expect(String method) {
            while (true) {
                SipMessage request = take(requests, method);
                if (request.method().equals(method)) {
                    return request;
                }
            }
        }

        public SipMessage expectAck() {
            return expect("ACK");
        }

        public SipMessage expectCancel() {
            return expect("CANCEL");
        }

        /// Waits for BYE and answers it.
        public SipMessage expectBye() {
            SipMessage bye = expect("BYE");
            respond(bye, 200);
            return bye;
        }
    }
}
