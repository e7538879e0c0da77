package dev.callbridge.sip;

import dev.callbridge.bridge.Inbox;
import dev.callbridge.bridge.Ladder;
import dev.callbridge.call.Sdp;
import dev.callbridge.sip.leg.Challenge;
import dev.callbridge.sip.leg.DialogArrival;
import dev.callbridge.sip.leg.DialogArrival.Introduced;
import dev.callbridge.sip.leg.Method;
import dev.callbridge.sip.leg.SessionInterval;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import javax.sip.Dialog;
import javax.sip.InvalidArgumentException;
import javax.sip.SipException;
import javax.sip.header.Header;
import javax.sip.message.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What we ask inside a dialog, BYE apart: re-INVITE, UPDATE, and INFO, one of these after the other.
///
/// ## Threads
/// Sent by the loop of the call; responses come on the stack's threads.
final class DialogClient {

    private static final Logger log = LoggerFactory.getLogger(DialogClient.class);
    /// Keys that may wait for each other; a person types fewer.
    private static final int KEYS = 32;

    private final DialogEnds ends;
    private final Inbox<DialogArrival> arrivals;
    private final Map<Long, List<Header>> credentials = new ConcurrentHashMap<>();
    private final ReentrantLock keysLock = new ReentrantLock();
    private final Queue<Keypress> keys = new ArrayDeque<>();
    private boolean pressing;
    private @Nullable Sdp offer;
    private volatile long unacknowledged;

    /// @param arrivals false if nobody takes them any more
    DialogClient(DialogEnds ends, Inbox<DialogArrival> arrivals) {
        this.ends = ends;
        this.arrivals = arrivals;
    }

    void reinvite(Sdp description, @Nullable SessionInterval interval) {
        offer = description;
        change(Method.INVITE, interval, List.of());
    }

    void update(@Nullable SessionInterval interval) {
        change(Method.UPDATE, interval, List.of());
    }

    /// UPDATE that says who the peer talks to.
    ///
    /// @param lines headers that say it; empty: nothing is sent
    /// @param answering challenges to the one before
    void introduce(List<String> lines, @Nullable SessionInterval interval, List<Challenge> answering) {
        if (lines.isEmpty()) {
            introduced(new Introduced.Failed(0));
            return;
        }
        try {
            Request request = ends.request(Request.UPDATE);
            SessionHeaders.write(request, interval);
            lines.forEach(line -> request.addHeader(Jain.header(line)));
            credentials(request, answering).forEach(request::addHeader);
            ends.send(request, new Introducing());
        } catch (SipException e) {
            log.debug("no UPDATE on {}: {}", ends.trunk(), e.getMessage());
            introduced(new Introduced.Failed(408));
        }
    }

    private void introduced(Introduced.Outcome outcome) {
        arrivals.deliver(new Introduced(ends.remoteTag(), outcome));
    }

    private List<Header> credentials(Request request, List<Challenge> answering) {
        return answering.isEmpty()
                ? List.of()
                : ends.digest()
                        .answer(
                                answering,
                                request.getMethod(),
                                request.getRequestURI().toString());
    }

    /// The last one of its kind once more.
    ///
    /// @param answering challenges to it
    void again(Method method, List<Challenge> answering, @Nullable SessionInterval interval) {
        change(method, interval, answering);
    }

    private void change(Method method, @Nullable SessionInterval interval, List<Challenge> answering) {
        try {
            Request request = ends.request(method.name());
            SessionHeaders.write(request, interval);
            if (method == Method.INVITE && offer != null) {
                DialogEnds.describe(request, offer);
            }
            List<Header> answer = credentials(request, answering);
            answer.forEach(request::addHeader);
            ends.send(request, new Change(method));
            credentials.put(((SIPRequest) request).getCSeq().getSeqNumber(), answer);
        } catch (SipException e) {
            log.debug("no {} on {}: {}", method, ends.trunk(), e.getMessage());
            // RFC 3261 §8.1.3.1: the dialog may live all the same.
            refused(method, 503);
        }
    }

    private void refused(Method method, int status) {
        arrivals.deliver(new DialogArrival.NotChanged(ends.remoteTag(), method, status, null, Duration.ZERO));
    }

    /// ACK of the 2xx to our last re-INVITE.
    void acknowledge() {
        acknowledge(unacknowledged);
    }

    /// @param number of the re-INVITE
    void acknowledge(long number) {
        if (number == 0) {
            return;
        }
        try {
            Request ack = ends.dialog().createAck(number);
            ends.dress(ack);
            credentials.getOrDefault(number, List.of()).forEach(ack::addHeader);
            ends.dialog().sendAck(ack);
            Ladder.sent(Ladder.Side.SIP, ends.leg(), "ACK");
        } catch (SipException | InvalidArgumentException e) {
            // A 2xx that is never acknowledged is repeated, and then the other side hangs up.
            log.debug("no ACK on {}: {}", ends.trunk(), e.getMessage());
        }
    }

    /// A key by INFO, behind those that wait already: over UDP two could overtake each other.
    void press(Keypress key) {
        keysLock.lock();
        try {
            if (keys.size() < KEYS) {
                keys.add(key);
            }
            if (!pressing) {
                pressing = true;
                pressNext();
            }
        } finally {
            keysLock.unlock();
        }
    }

    private void pressNext() {
        Keypress key = keys.poll();
        if (key == null) {
            pressing = false;
            return;
        }
        try {
            InDialogExchange.send(ends, () -> info(key), this::pressed);
        } catch (SipException e) {
            log.debug("no INFO on {}: {}", ends.trunk(), e.getMessage());
            pressing = false;
            keys.clear();
        }
    }

    private Request info(Keypress key) throws SipException {
        Request info = ends.request(Request.INFO);
        DialogEnds.body(info, Keypress.RELAY, key.text());
        return info;
    }

    private void pressed() {
        keysLock.lock();
        try {
            pressNext();
        } finally {
            keysLock.unlock();
        }
    }

    /// Waits for what comes of a re-INVITE or UPDATE.
    private final class Change implements ClientExchange {

        private final Method method;

        private Change(Method method) {
            this.method = method;
        }

        @Override
        public void responded(SIPResponse response, @Nullable Dialog ignored) {
            int status = response.getStatusCode();
            if (status < 200) {
                return;
            }
            Ladder.arrived(Ladder.Side.SIP, ends.leg(), status + " (" + method + ")");
            if (status < 300) {
                agreed(response);
                return;
            }
            List<Challenge> challenges = ends.digest().challenges(response);
            arrivals.deliver(
                    challenges.isEmpty()
                            ? new DialogArrival.NotChanged(
                                    ends.remoteTag(),
                                    method,
                                    status,
                                    SessionHeaders.retryAfter(response).orElse(null),
                                    SessionHeaders.least(response))
                            : new DialogArrival.ChangeChallenged(ends.remoteTag(), method, challenges));
        }

        private void agreed(SIPResponse response) {
            long number = response.getCSeq().getSeqNumber();
            if (method == Method.INVITE) {
                unacknowledged = number;
            }
            var changed = new DialogArrival.Changed(
                    ends.remoteTag(), method, UacAttempt.body(response), SessionHeaders.terms(response));
            if (!arrivals.deliver(changed) && method == Method.INVITE) {
                Thread.startVirtualThread(() -> acknowledge(number));
            }
        }

        @Override
        public void timedOut() {
            refused(method, 408);
        }
    }

    /// Waits for what comes of an UPDATE that says who the peer talks to.
    private final class Introducing implements ClientExchange {

        @Override
        public void responded(SIPResponse response, @Nullable Dialog ignored) {
            int status = response.getStatusCode();
            if (status < 200) {
                return;
            }
            Ladder.arrived(Ladder.Side.SIP, ends.leg(), status + " (UPDATE)");
            if (status < 300) {
                introduced(new Introduced.Taken(SessionHeaders.terms(response)));
                return;
            }
            List<Challenge> challenges = ends.digest().challenges(response);
            introduced(challenges.isEmpty() ? new Introduced.Failed(status) : new Introduced.Challenged(challenges));
        }

        @Override
        public void timedOut() {
            introduced(new Introduced.Failed(408));
        }
    }
}
