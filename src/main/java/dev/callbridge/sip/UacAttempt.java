package dev.callbridge.sip;

import dev.callbridge.bridge.CallJournal;
import dev.callbridge.bridge.Ladder;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegId;
import dev.callbridge.call.Sdp;
import dev.callbridge.sip.leg.Challenge;
import dev.callbridge.sip.leg.DialogArrival;
import dev.callbridge.sip.leg.UacArrival;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.sip.ClientTransaction;
import javax.sip.Dialog;
import javax.sip.InvalidArgumentException;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.header.ContactHeader;
import javax.sip.header.Header;
import javax.sip.message.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One INVITE of ours on the wire, with all the dialogs it may create.
///
/// ## Threads
/// Sent and canceled by the loop of the call; responses come on the stack's threads and go to the leg's inbox. An
/// attempt that nobody listens to any more, because its leg is over or has gone on to another trunk, ends politely
/// by itself: a late sign is canceled, a late answer acknowledged and hung up (RFC 3261 §9.1, §13.2.2.4).
final class UacAttempt implements ClientExchange, DialogOwner {

    private static final Logger log = LoggerFactory.getLogger(UacAttempt.class);
    /// After that without any response another trunk is tried, if there is one (RFC 3263 §4.3).
    private static final Duration SIGN = Duration.ofSeconds(4);
    /// Longer than 64·T1 (RFC 3261 §9.1).
    private static final Duration CANCELED = Duration.ofSeconds(40);

    /// Another branch of a forked INVITE may still answer for 64·T1 (RFC 3261 §13.2.2.4).
    private static final Duration FORKS = Duration.ofSeconds(33);

    /// Longer than the journal takes to write an INVITE down.
    private static final Duration ANSWERING = Duration.ofSeconds(3);

    private final LegId leg;
    private final Way way;
    private final Trunk trunk;
    private final Outlet outlet;
    private final SipStackHost host;
    private final Request invite;
    private final List<Header> credentials;
    private final DigestClient digest;
    private final CallJournal journal;
    private final Supplier<Introductions> introductions;
    private final Predicate<UacArrival> inbox;
    private final ReliableResponses reliable = new ReliableResponses();
    private final Map<String, SipDialog> dialogs = new ConcurrentHashMap<>();
    private final AtomicBoolean canceled = new AtomicBoolean();
    private final Set<String> answered = ConcurrentHashMap.newKeySet();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Channel> channel = new AtomicReference<>();
    /// The tag of the first answer: the dialog that holds the channel.
    private final AtomicReference<String> confirmed = new AtomicReference<>("");
    private volatile boolean abandoned;
    private volatile boolean sign;
    private volatile boolean decided;
    private volatile @Nullable ClientTransaction transaction;

    /// @param what is sent; the ACK repeats its credentials
    /// @param digest answers challenges to it
    /// @param introductions what the telephone may learn of who calls, anew for each dialog
    /// @param inbox takes arrivals; false if nobody does any more
    UacAttempt(
            LegId leg,
            OutgoingInvite what,
            DigestClient digest,
            SipStackHost host,
            CallJournal journal,
            Supplier<Introductions> introductions,
            Predicate<UacArrival> inbox) {
        this.leg = leg;
        this.way = what.way();
        this.trunk = way.trunk();
        this.outlet = what.outlet();
        this.host = host;
        this.invite = what.request();
        this.credentials = what.credentials();
        this.digest = digest;
        this.introductions = introductions;
        this.journal = journal;
        this.inbox = inbox;
    }

    /// @param held by the INVITE that was challenged; null: takes a channel of its own
    /// @return whether anything left
    boolean send(@Nullable Channel held) {
        Channel taken = held == null ? trunk.take().orElse(null) : held;
        if (taken == null) {
            tell(new UacArrival.TrunkFull());
            return false;
        }
        channel.set(taken);
        Dialog dialog = null;
        try {
            var created = outlet.provider().getNewClientTransaction(invite);
            transaction = created;
            created.setApplicationData(this);
            dialog = outlet.provider().getNewDialog(created);
            dialog.setApplicationData(this);
            created.sendRequest();
            Ladder.sent(Ladder.Side.SIP, leg, "INVITE");
            var _ = host.after(SIGN, this::missed);
            return true;
        } catch (SipException e) {
            log.debug("no INVITE on {}: {}", trunk, e.getMessage());
            if (dialog != null) {
                dialog.delete();
            }
            Jain.end(transaction);
            giveBack();
            way.failed();
            tell(new UacArrival.Unreachable());
            return false;
        }
    }

    private void missed() {
        if (!sign) {
            way.failed();
            tell(new UacArrival.NoSign());
        }
    }

    void cancel(CallEnd end) {
        ClientTransaction open = transaction;
        if (open == null || !canceled.compareAndSet(false, true)) {
            return;
        }
        // Somebody who never answers the INVITE finally, CANCEL or not, doesn't keep the channel.
        var _ = host.after(CANCELED, this::giveBack);
        try {
            Request cancel = open.createCancel();
            if (end.cause() == HangupCause.ANSWERED_ELSEWHERE) {
                cancel.setHeader(Jain.header("Reason", "SIP;cause=200;text=\"Call completed elsewhere\""));
            }
            outlet.provider().getNewClientTransaction(cancel).sendRequest();
            Ladder.sent(Ladder.Side.SIP, leg, "CANCEL");
        } catch (SipException e) {
            // The INVITE has its final response, or its connection is gone.
            log.debug("no CANCEL on {}: {}", trunk, e.getMessage());
        }
    }

    void acknowledge(String tag) {
        SipDialog dialog = dialogs.get(tag);
        if (dialog != null) {
            acknowledged.add(tag);
            dialog.acknowledge(cseq(), credentials);
        }
    }

    @Nullable SipDialog dialog(String tag) {
        return dialogs.get(tag);
    }

    /// The leg has gone on to another trunk. What came until now, and was not heard, is ended here; what comes later,
    /// when it comes.
    void abandon() {
        abandoned = true;
        giveBack();
        if (sign && !decided) {
            cancel(CallEnd.of(HangupCause.CANCELED));
        }
        dialogs.forEach((tag, dialog) -> {
            if (answered.contains(tag)) {
                hangUpUnowned(tag, dialog);
            }
        });
    }

    private void hangUpUnowned(String tag, SipDialog dialog) {
        if (acknowledged.add(tag)) {
            dialog.hangUpUnowned(cseq(), credentials);
        }
    }

    /// Gives its channel to the INVITE that answers the challenge; null if it has none any more.
    @Nullable Channel handOver() {
        return channel.getAndSet(null);
    }

    private long cseq() {
        return ((SIPRequest) invite).getCSeq().getSeqNumber();
    }

    private void giveBack() {
        Channel held = channel.getAndSet(null);
        if (held != null) {
            held.giveBack();
        }
    }

    private boolean tell(UacArrival arrival) {
        return !abandoned && inbox.test(arrival);
    }

    @Override
    public void responded(SIPResponse response, @Nullable Dialog dialog) {
        if (!"INVITE".equals(response.getCSeq().getMethod())) {
            return;
        }
        sign = true;
        Reflexive.of(response)
                .filter(seen -> host.learn(trunk, way.target().transport(), outlet, seen))
                .ifPresent(_ -> trunk.moved(Optional.empty()));
        int status = response.getStatusCode();
        decided |= status >= 200;
        String tag = response.getToTag() == null ? "" : response.getToTag();
        Ladder.arrived(Ladder.Side.SIP, leg, Integer.toString(status));
        if (status < 200) {
            provisional(response, dialog, tag);
        } else if (status < 300) {
            answered(response, dialog, tag);
        } else {
            refused(response, status);
        }
    }

    /// No early dialog is answered any more. The stack would keep them for ever.
    private void forget() {
        dialogs.forEach((tag, dialog) -> {
            if (!answered.contains(tag)) {
                dialog.forget();
            }
        });
    }

    private void provisional(SIPResponse response, @Nullable Dialog dialog, String tag) {
        boolean reliably = InviteRules.isReliable(response);
        if (dialog != null && !tag.isEmpty()) {
            var known = dialog(tag, dialog);
            if (reliably && !reliable.acknowledge(response, tag, known.ends())) {
                return;
            }
        }
        var provisional = new UacArrival.Provisional(
                response.getStatusCode(), tag, body(response), reliably, EarlyMediaGate.of(response));
        if (!tell(provisional)) {
            Thread.startVirtualThread(() -> cancel(CallEnd.of(HangupCause.CANCELED)));
        }
    }

    private SipDialog dialog(String tag, Dialog dialog) {
        dialog.setApplicationData(this);
        return dialogs.computeIfAbsent(tag, _ -> {
            var contact = (ContactHeader) invite.getHeader("Contact");
            var ends = new DialogEnds(
                    leg,
                    dialog,
                    outlet,
                    trunk,
                    way.target().transport(),
                    way.target().socketAddress(),
                    contact.getAddress().toString(),
                    true,
                    digest);
            return new SipDialog(ends, host, journal, introductions.get(), this::fromDialog);
        });
    }

    /// A challenge keeps the channel for the INVITE that answers it, which leaves as soon as it is written down, or
    /// not at all.
    private void refused(SIPResponse response, int status) {
        forget();
        way.refused(response);
        List<Challenge> challenges = digest.challenges(response);
        Duration least = status == 422 ? SessionHeaders.least(response) : Duration.ZERO;
        if (challenges.isEmpty() && least.isZero()) {
            giveBack();
            tell(new UacArrival.Rejected(status, Reasons.q850(response)));
        } else {
            var _ = host.after(ANSWERING, this::giveBack);
            tell(
                    challenges.isEmpty()
                            ? new UacArrival.IntervalTooSmall(least)
                            : new UacArrival.Challenged(status, challenges));
        }
    }

    private void answered(SIPResponse response, @Nullable Dialog dialog, String tag) {
        if (dialog == null) {
            StrayAnswer.hangUp(outlet.provider(), response);
            return;
        }
        SipDialog known = dialog(tag, dialog);
        answered.add(tag);
        if (confirmed.compareAndSet("", tag)) {
            var _ = host.after(FORKS, this::forget);
        }
        if (!tell(new UacArrival.Accepted(tag, body(response), SessionHeaders.terms(response)))) {
            Thread.startVirtualThread(() -> unheard(tag, known));
            return;
        }
        Callers.connected(response, trunk)
                .filter(party -> !party.equals(Callers.addressed((SIPRequest) invite, trunk)))
                .ifPresent(party -> tell(new DialogArrival.Identified(tag, party)));
    }

    private void unheard(String tag, SipDialog dialog) {
        if (acknowledged.contains(tag)) {
            dialog.acknowledge(cseq(), credentials);
        } else {
            hangUpUnowned(tag, dialog);
        }
    }

    private boolean fromDialog(DialogArrival arrival) {
        boolean ends = arrival instanceof DialogArrival.Bye || arrival instanceof DialogArrival.ByeDone;
        if (ends && arrival.remoteTag().equals(confirmed.get())) {
            giveBack();
        }
        return tell(arrival);
    }

    @Override
    public void timedOut() {
        forget();
        giveBack();
        tell(new UacArrival.TimedOut());
    }

    @Override
    public void bye(String tag, CallEnd end) {
        Ladder.arrived(Ladder.Side.SIP, leg, "BYE");
        SipDialog dialog = dialogs.get(tag);
        if (dialog != null) {
            dialog.ended();
        }
        fromDialog(new DialogArrival.Bye(tag, end));
    }

    @Override
    public void asked(SIPRequest request, ServerTransaction serverTransaction)
            throws SipException, InvalidArgumentException {
        SipDialog dialog = dialogs.get(request.getFromTag() == null ? "" : request.getFromTag());
        if (dialog == null) {
            serverTransaction.sendResponse(Jain.response(481, request));
        } else {
            dialog.server().request(request, serverTransaction);
        }
    }

    @Override
    public void acknowledged(SIPRequest ack) {
        Ladder.arrived(Ladder.Side.SIP, leg, "ACK");
        String tag = ack.getFromTag() == null ? "" : ack.getFromTag();
        tell(new DialogArrival.Acknowledged(tag, ack.getCSeq().getSeqNumber(), body(ack)));
    }

    @Override
    public void neverAcknowledged(Dialog dialog) {
        tell(new DialogArrival.NeverAcknowledged(dialog.getRemoteTag() == null ? "" : dialog.getRemoteTag()));
    }

    @Override
    public void answeredAgain(SIPResponse response, Dialog dialog) {
        long number = response.getCSeq().getSeqNumber();
        SipDialog known = response.getToTag() == null ? null : dialogs.get(response.getToTag());
        if (number == cseq() || known == null) {
            responded(response, dialog);
        } else {
            Thread.startVirtualThread(() -> known.client().acknowledge(number));
        }
    }

    static @Nullable Sdp body(javax.sip.message.Message message) {
        byte[] content = message.getRawContent();
        return content == null || content.length == 0 ? null : new Sdp(new String(content, StandardCharsets.UTF_8));
    }
}
