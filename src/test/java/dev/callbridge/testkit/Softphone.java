package dev.callbridge.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

/// A SIP telephone on a loopback address: its own small user agent over UDP and TCP sockets, which shares no code with
/// the bridge. It can be called and can call; it answers OPTIONS, acknowledges refusals and answers CANCEL with 487 by
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

    /// A message as it was on the wire.
    ///
    /// @param nanos when it was received or sent, by `System.nanoTime`
    public record Message(boolean received, String text, long nanos) {

        public String startLine() {
            return text.lines().findFirst().orElse("");
        }

        public boolean isRequest() {
            return !startLine().startsWith("SIP/2.0 ");
        }

        /// Of a request, or of the request that a response answers.
        public String method() {
            return isRequest() ? startLine().split(" ", 2)[0] : header("CSeq").split(" ", 2)[1];
        }

        public int status() {
            return Integer.parseInt(startLine().split(" ", 3)[1]);
        }

        public String requestUri() {
            return startLine().split(" ", 3)[1];
        }

        /// The value of the first such header; empty if there is none.
        public String header(String name) {
            return headers(name).stream().findFirst().orElse("");
        }

        public List<String> headers(String name) {
            String prefix = name.toLowerCase(Locale.ROOT) + ":";
            return head().lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                    .map(line -> line.substring(prefix.length()).strip())
                    .toList();
        }

        public String head() {
            int end = text.indexOf("\r\n\r\n");
            return end < 0 ? text : text.substring(0, end);
        }

        public String body() {
            int end = text.indexOf("\r\n\r\n");
            return end < 0 ? "" : text.substring(end + 4);
        }

        long cseq() {
            return Long.parseLong(header("CSeq").split(" ", 2)[0]);
        }

        /// The branch of its topmost Via.
        public String branch() {
            return parameter(header("Via"), "branch");
        }
    }

    /// Where a message came from, and the way back.
    private record Way(
            Via via, InetSocketAddress address, @Nullable Socket connection) {}

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final InetAddress address;
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Call> invites = new LinkedBlockingQueue<>();
    private final Map<String, Call> calls = new ConcurrentHashMap<>();
    private final Map<String, Way> connections = new ConcurrentHashMap<>();
    private volatile boolean answersOptions = true;
    private volatile boolean deaf;

    /// @param host an address of this machine, for example `127.0.0.2`
    public Softphone(String host) {
        try {
            this.address = InetAddress.getByName(host);
            this.tcp = new ServerSocket(0, 50, address);
            this.udp = new DatagramSocket(tcp.getLocalPort(), address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("softphone-udp").start(this::receive);
        Thread.ofVirtual().name("softphone-tcp").start(this::accept);
    }

    public String host() {
        return address.getHostAddress().contains(":") ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
    }

    public int port() {
        return tcp.getLocalPort();
    }

    /// As a trunk's `peer` setting.
    public String hostPort() {
        return host() + ":" + port();
    }

    /// Everything received and sent so far, in order.
    public List<Message> messages() {
        return List.copyOf(messages);
    }

    /// What was received of one kind: `INVITE`, or the status of responses.
    public List<Message> received(String method) {
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
        Way way = way(bridge, via);
        String target = "sip:" + user + "@" + bracketed(bridge.getAddress()) + ":" + bridge.getPort();
        var call = new Call("soft-" + COUNT.incrementAndGet() + "-" + System.nanoTime(), way, target, from);
        calls.put(call.callId, call);
        call.invite(sdp, headers);
        return call;
    }

    /// Sends bytes as they are.
    public void send(String text, InetSocketAddress to, Via via) {
        write(text, way(to, via));
    }

    @Override
    public void close() {
        udp.close();
        try {
            tcp.close();
            for (Way way : connections.values()) {
                if (way.connection() != null) {
                    way.connection().close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String bracketed(InetAddress host) {
        return host.getHostAddress().contains(":") ? "[" + host.getHostAddress() + "]" : host.getHostAddress();
    }

    private Way way(InetSocketAddress to, Via via) {
        if (via == Via.UDP) {
            return new Way(via, to, null);
        }
        return connections.computeIfAbsent(to.toString(), _ -> {
            try {
                var socket = new Socket();
                socket.bind(new InetSocketAddress(address, 0));
                socket.connect(to, 2_000);
                var way = new Way(via, to, socket);
                Thread.ofVirtual().name("softphone-connection").start(() -> read(way, socket));
                return way;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private void write(String text, Way way) {
        messages.add(new Message(false, text, System.nanoTime()));
        byte[] bytes = text.getBytes(UTF_8);
        try {
            if (way.connection() == null) {
                udp.send(new DatagramPacket(bytes, bytes.length, way.address()));
            } else {
                way.connection().getOutputStream().write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void receive() {
        var packet = new DatagramPacket(new byte[65_536], 65_536);
        while (!udp.isClosed()) {
            try {
                packet.setLength(65_536);
                udp.receive(packet);
                long now = System.nanoTime();
                String text = new String(packet.getData(), 0, packet.getLength(), UTF_8);
                arrived(text, now, new Way(Via.UDP, (InetSocketAddress) packet.getSocketAddress(), null));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void accept() {
        while (!tcp.isClosed()) {
            try {
                Socket socket = tcp.accept();
                var way = new Way(Via.TCP, (InetSocketAddress) socket.getRemoteSocketAddress(), socket);
                connections.put(way.address().toString(), way);
                Thread.ofVirtual().name("softphone-connection").start(() -> read(way, socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void read(Way way, Socket socket) {
        try {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (String head = head(in); head != null; head = head(in)) {
                String length = new Message(true, head, 0).header("Content-Length");
                byte[] body = in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length));
                arrived(head + new String(body, UTF_8), System.nanoTime(), way);
            }
        } catch (IOException e) {
            // Closed by one side or the other.
        }
    }

    private static @Nullable String head(InputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (bytes.size() > 0 || (b != '\r' && b != '\n')) {
                bytes.write(b);
            }
            if (b == '\n' && bytes.toString(UTF_8).endsWith("\r\n\r\n")) {
                return bytes.toString(UTF_8);
            }
        }
        return null;
    }

    private void arrived(String text, long nanos, Way way) {
        if (deaf) {
            return;
        }
        var message = new Message(true, text, nanos);
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

    static String parameter(String value, String name) {
        int start = value.indexOf(name + "=");
        if (start < 0) {
            return "";
        }
        String rest = value.substring(start + name.length() + 1);
        if (rest.startsWith("\"")) {
            return rest.substring(1, rest.indexOf('"', 1));
        }
        int end = 0;
        while (end < rest.length() && ";, >\r\n".indexOf(rest.charAt(end)) < 0) {
            end++;
        }
        return rest.substring(0, end);
    }

    private String response(
            Message request, int status, String tag, @Nullable String contact, @Nullable String sdp, String... more) {
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
        private final BlockingQueue<Message> requests = new LinkedBlockingQueue<>();
        private final BlockingQueue<Message> responses = new LinkedBlockingQueue<>();
        private final List<Message> seen = new ArrayList<>();
        private final String tag = "t" + COUNT.incrementAndGet();
        private final boolean calling;
        private final String from;
        private Way way;
        private String target;
        private String remote = "";
        private Message invite;
        private long cseq = 1;
        private volatile boolean answersCancel = true;

        /// Somebody calls.
        private Call(Message invite, Way way) {
            this.callId = invite.header("Call-ID");
            this.calling = false;
            this.invite = invite;
            this.way = way;
            this.from = "";
            this.target = uri(invite.header("Contact"));
        }

        /// We call.
        private Call(String callId, Way way, String target, String from) {
            this.callId = callId;
            this.calling = true;
            this.way = way;
            this.target = target;
            this.from = from;
            this.invite = new Message(false, "", 0);
            this.remote = "<" + target + ">";
        }

        public String callId() {
            return callId;
        }

        /// The INVITE, the last one if it was challenged.
        public Message invite() {
            return invite;
        }

        private static String uri(String nameAddr) {
            int open = nameAddr.indexOf('<');
            return open < 0 ? nameAddr : nameAddr.substring(open + 1, nameAddr.indexOf('>', open));
        }

        private String contact() {
            return "<sip:phone@" + hostPort() + (way.via() == Via.TCP ? ";transport=tcp" : "") + ">";
        }

        private void again(Message message, Way from) {
            if (message.branch().equals(invite.branch())) {
                return;
            }
            invite = message;
            way = from;
            requests.add(message);
        }

        private void request(Message message, Way from) {
            if (message.method().equals("CANCEL") && answersCancel) {
                write(response(message, 200, tag, null, null), from);
                write(response(invite, 487, tag, null, null), way);
            }
            requests.add(message);
        }

        // --- being called

        public void trying() {
            write(response(invite, 100, tag, null, null), way);
        }

        public void ring() {
            progress(180, null);
        }

        /// @param sdp early description; null: none
        public void progress(int status, @Nullable String sdp) {
            write(response(invite, status, tag, contact(), sdp), way);
        }

        public void answer(@Nullable String sdp) {
            answerAs(tag, sdp);
        }

        /// One of several phones behind a forking proxy answers; also again, as if the ACK had been lost.
        public void answerAs(String toTag, @Nullable String sdp) {
            write(response(invite, 200, toTag, contact(), sdp), way);
        }

        /// Answers as real phones do: again and again until the ACK comes (RFC 3261 §13.3.1.4).
        public void answerUntilAcknowledged(String toTag, String sdp) {
            String end = ";tag=" + toTag;
            boolean acknowledged = messages.stream()
                    .anyMatch(each -> each.received()
                            && each.header("Call-ID").equals(callId)
                            && each.method().equals("ACK")
                            && each.header("To").endsWith(end));
            if (!acknowledged && !udp.isClosed()) {
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

        /// Answers a BYE that came; with 200 as a rule.
        public void respond(Message request, int status, String... headers) {
            write(response(request, status, tag, null, null, headers), way);
        }

        /// CANCEL is not answered by itself any more.
        public void ignoreCancel() {
            answersCancel = false;
        }

        // --- calling

        private void invite(@Nullable String sdp, String... headers) {
            String text =
                    text("INVITE", "z9hG4bK" + COUNT.incrementAndGet() + "x" + System.nanoTime(), cseq, sdp, headers);
            invite = new Message(false, text, System.nanoTime());
            write(text, way);
        }

        private String text(String method, String branch, long number, @Nullable String sdp, String... headers) {
            boolean inDialog = !method.equals("INVITE") && !method.equals("CANCEL");
            var text = new StringBuilder(method + " " + target + " SIP/2.0\r\n");
            text.append("Via: SIP/2.0/").append(way.via()).append(' ').append(hostPort());
            text.append(";rport;branch=").append(branch).append("\r\n");
            if (List.of(headers).stream().noneMatch(line -> line.startsWith("Max-Forwards"))) {
                text.append("Max-Forwards: 70\r\n");
            }
            String local = calling ? from + ";tag=" + tag : invite.header("To") + ";tag=" + tag;
            String other = calling ? (inDialog ? remote : "<" + uri(remote) + ">") : invite.header("From");
            text.append("From: ").append(local).append("\r\nTo: ").append(other).append("\r\n");
            text.append("Call-ID: ")
                    .append(callId)
                    .append("\r\nCSeq: ")
                    .append(number)
                    .append(' ')
                    .append(method);
            text.append("\r\nContact: ").append(contact()).append("\r\n");
            for (String line : headers) {
                text.append(line).append("\r\n");
            }
            if (sdp != null && List.of(headers).stream().noneMatch(line -> line.startsWith("Content-Type"))) {
                text.append("Content-Type: application/sdp\r\n");
            }
            text.append("Content-Length: ")
                    .append(sdp == null ? 0 : sdp.getBytes(UTF_8).length)
                    .append("\r\n\r\n");
            return text.append(sdp == null ? "" : sdp).toString();
        }

        /// Waits for a response to anything we sent; provisional ones that are not asked for are passed over, and
        /// refusals of our INVITE are acknowledged.
        public Message expectStatus(int status) {
            while (true) {
                Message response = take(
                        responses,
                        status + "; so far "
                                + seen.stream().map(Message::startLine).toList());
                seen.add(response);
                if (response.status() >= 300 && response.method().equals("INVITE")) {
                    String ack = text("ACK", invite.branch(), invite.cseq(), null);
                    write(ack.replaceFirst("To: [^\r]*", "To: " + response.header("To")), way);
                }
                if (response.status() == status) {
                    if (status == 200 && response.method().equals("INVITE")) {
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
            write(text("ACK", "z9hG4bK" + COUNT.incrementAndGet() + "a" + System.nanoTime(), cseq, null), way);
        }

        public void cancel(String... headers) {
            write(text("CANCEL", invite.branch(), cseq, null, headers), way);
        }

        /// The same INVITE once more, as when its response was lost; or as another branch of it.
        public void repeatInvite(boolean otherBranch) {
            write(otherBranch ? invite.text().replace(invite.branch(), invite.branch() + "m") : invite.text(), way);
        }

        /// Any request inside the dialog; what comes of it is for [#expectStatus].
        public void inDialog(String method, @Nullable String sdp, String... headers) {
            cseq++;
            String text =
                    text(method, "z9hG4bK" + COUNT.incrementAndGet() + "d" + System.nanoTime(), cseq, sdp, headers);
            write(method.equals("INVITE") ? text.replaceFirst("To: [^\r]*", "To: " + remote) : text, way);
        }

        // --- in the call

        public void hangUp(String... headers) {
            inDialog("BYE", null, headers);
        }

        /// Waits for a request of one kind, past others.
        public Message expect(String method) {
            while (true) {
                Message request = take(requests, method);
                if (request.method().equals(method)) {
                    return request;
                }
            }
        }

        public Message expectAck() {
            return expect("ACK");
        }

        public Message expectCancel() {
            return expect("CANCEL");
        }

        /// Waits for BYE and answers it.
        public Message expectBye() {
            Message bye = expect("BYE");
            respond(bye, 200);
            return bye;
        }
    }
}
