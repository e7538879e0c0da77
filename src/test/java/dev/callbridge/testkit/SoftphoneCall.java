package dev.callbridge.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.callbridge.testkit.SipSockets.Way;
import dev.callbridge.testkit.Softphone.Via;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One call as a [Softphone] sees it, whoever called.
///
/// ## Threads
/// The phone's threads bring what arrives; the test's thread does everything else.
public final class SoftphoneCall {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Softphone phone;
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
    SoftphoneCall(Softphone phone, SipMessage invite, Way way) {
        this.phone = phone;
        this.callId = invite.header("Call-ID");
        this.invite = invite;
        this.way = way;
        this.local = invite.header("To") + ";tag=" + tag;
        this.remote = invite.header("From");
        this.target = uri(invite.header("Contact"));
    }

    /// We call.
    SoftphoneCall(Softphone phone, Way way, String target, String from) {
        this.phone = phone;
        this.callId = "soft-" + COUNT.incrementAndGet() + "-" + System.nanoTime();
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
        return "<sip:phone@" + phone.hostPort() + (way.via() == Via.TCP ? ";transport=tcp" : "") + ">";
    }

    /// An INVITE that is not the first one: a re-INVITE, unless it is the same once more.
    void again(SipMessage message, Way from) {
        if (message.branch().equals(invite.branch())) {
            return;
        }
        invite = message;
        way = from;
        requests.add(message);
    }

    /// Any other request of this call.
    void request(SipMessage message, Way from) {
        if (message.method().equals("CANCEL") && answersCancel) {
            phone.write(message.response(200, tag, null, null), from);
            phone.write(invite.response(487, tag, null, null), way);
        }
        if (message.method().equals("BYE") && answersBye) {
            phone.write(message.response(200, tag, null, null), from);
        }
        requests.add(message);
    }

    void response(SipMessage message) {
        responses.add(message);
    }

    // --- being called, also with a re-INVITE

    public void trying() {
        phone.write(invite.response(100, tag, null, null), way);
    }

    public void ring() {
        progress(180, null);
    }

    /// Rings, and says where it sees us (RFC 3581 §4).
    ///
    /// @param seen `;received=...;rport=...`
    public void ringSeeing(String seen) {
        phone.write(invite.response(180, tag, contact(), null).replaceFirst(";rport", seen), way);
    }

    /// @param sdp early description; null: none
    public void progress(int status, @Nullable String sdp, String... headers) {
        progressAs(tag, status, sdp, headers);
    }

    /// One of several phones behind a forking proxy rings.
    public void progressAs(String toTag, int status, @Nullable String sdp, String... headers) {
        phone.write(invite.response(status, toTag, contact(), sdp, headers), way);
    }

    public void answer(@Nullable String sdp, String... headers) {
        answerAs(tag, sdp, headers);
    }

    /// One of several phones behind a forking proxy answers; also again, as if the ACK had been lost.
    public void answerAs(String toTag, @Nullable String sdp, String... headers) {
        phone.write(invite.response(200, toTag, contact(), sdp, headers), way);
    }

    /// Answers as real phones do: again and again until the ACK comes (RFC 3261 §13.3.1.4).
    public void answerUntilAcknowledged(String toTag, String sdp) {
        String end = ";tag=" + toTag;
        boolean acknowledged = phone.messages().stream()
                .anyMatch(each -> each.received()
                        && each.header("Call-ID").equals(callId)
                        && each.method().equals("ACK")
                        && each.header("To").endsWith(end));
        if (!acknowledged && !phone.isClosed()) {
            answerAs(toTag, sdp);
            CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS)
                    .execute(() -> answerUntilAcknowledged(toTag, sdp));
        }
    }

    public void refuse(int status, String... headers) {
        phone.write(invite.response(status, tag, null, null, headers), way);
    }

    /// Asks for credentials; the next INVITE is to be taken with [#expect].
    public void challenge(int status, String parameters) {
        String name = status == 407 ? "Proxy-Authenticate" : "WWW-Authenticate";
        refuse(status, name + ": Digest " + parameters);
    }

    /// Answers a request that came; with 200 as a rule.
    public void respond(SipMessage request, int status, String... headers) {
        phone.write(request.response(status, tag, contact(), null, headers), way);
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

    /// The first INVITE.
    void invite(@Nullable String sdp, String... headers) {
        String text = text("INVITE", branch(), cseq, "<" + uri(remote) + ">", sdp, headers);
        sent = new SipMessage(false, text, System.nanoTime());
        phone.write(text, way);
    }

    private static String branch() {
        return "z9hG4bK" + COUNT.incrementAndGet() + "x" + System.nanoTime();
    }

    private String text(
            String method, String branch, long number, String to, @Nullable String body, String... headers) {
        var text = new StringBuilder(method + " " + target + " SIP/2.0\r\n");
        text.append("Via: SIP/2.0/").append(way.via()).append(' ').append(phone.hostPort());
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
            SipMessage response = Softphone.take(
                    responses,
                    status + "; so far "
                            + seen.stream().map(SipMessage::startLine).toList());
            seen.add(response);
            boolean ofInvite = response.method().equals("INVITE");
            if (response.status() >= 300 && ofInvite) {
                phone.write(text("ACK", sent.branch(), sent.cseq(), response.header("To"), null), way);
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
        phone.write(text("ACK", branch(), sent.cseq(), remote, sdp), way);
    }

    /// Our last INVITE.
    public void cancel(String... headers) {
        phone.write(text("CANCEL", sent.branch(), cseq, sent.header("To"), null, headers), way);
    }

    /// The same INVITE once more, as when its response was lost; or as another branch of it.
    public void repeatInvite(boolean otherBranch) {
        phone.write(otherBranch ? sent.text().replace(sent.branch(), sent.branch() + "m") : sent.text(), way);
    }

    // --- in the call

    /// Any request inside the dialog; what comes of it is for [#expectStatus].
    public void inDialog(String method, @Nullable String body, String... headers) {
        cseq++;
        String text = text(method, branch(), cseq, remote, body, headers);
        if (method.equals("INVITE")) {
            sent = new SipMessage(false, text, System.nanoTime());
        }
        phone.write(text, way);
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
            SipMessage request = Softphone.take(requests, method);
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
