package dev.callbridge.sip;

import dev.callbridge.bridge.CallJournal;
import dev.callbridge.bridge.Inbox;
import dev.callbridge.bridge.Ladder;
import dev.callbridge.bridge.Wire;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegId;
import dev.callbridge.call.Sdp;
import dev.callbridge.sip.leg.DialogArrival;
import dev.callbridge.sip.leg.DialogMessage;
import dev.callbridge.sip.leg.SessionInterval;
import dev.callbridge.sip.leg.SipCauses;
import dev.callbridge.sip.leg.UasArrival;
import dev.callbridge.sip.leg.UasMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sip.Dialog;
import javax.sip.InvalidArgumentException;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.message.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries what a [dev.callbridge.sip.leg.UasLeg] says to the trunk that called.
///
/// ## Threads
/// Messages by the loop of the call; what arrives comes on the stack's threads and goes to the leg's inbox.
final class UasWire implements Wire<UasMessage>, DialogOwner {

    private static final Logger log = LoggerFactory.getLogger(UasWire.class);
    private static final Duration REFRESH = Duration.ofMinutes(1);
    /// A little less than 64·T1, when the stack gives up its transaction (RFC 3262 §3).
    private static final Duration PRACK = Duration.ofSeconds(31);
    private static final int RETRY_AFTER_SECONDS = 30;

    private final LegId leg;
    private final Inbox<UasArrival> inbox;
    private final IncomingInvite invite;
    private final SipStackHost host;
    private final SipDialog dialog;
    private final AtomicBoolean finished = new AtomicBoolean();
    /// Whether a reliable response waits for its PRACK.
    private final AtomicBoolean unacknowledged = new AtomicBoolean();
    private volatile Future<?> pracked = CompletableFuture.completedFuture(null);
    private final Future<?> ringsOn;
    private final Future<?> guard;

    UasWire(
            LegId leg,
            Inbox<UasArrival> inbox,
            IncomingInvite invite,
            SipStackHost host,
            CallJournal journal,
            Introductions introductions) {
        this.leg = leg;
        this.inbox = inbox;
        this.invite = invite;
        this.host = host;
        this.dialog = new SipDialog(invite.ends(leg), host, journal, introductions, this::fromDialog);
        this.ringsOn = host.every(REFRESH, () -> inbox.deliver(new UasArrival.RingsOn()));
        // Every leg answers. Should one not, the stack would keep transaction and dialog for ever.
        this.guard = host.after(invite.patience().plus(REFRESH), this::forgotten);
    }

    @Override
    public void send(UasMessage message) {
        switch (message) {
            case UasMessage.Ringing(boolean reliably) -> ring(reliably);
            case UasMessage.Answer(var answer, var interval) -> answer(answer, interval);
            case UasMessage.Refuse(var end) -> refuse(end);
            case UasMessage.Canceled _ -> finish(487, CallEnd.of(HangupCause.CANCELED));
            case DialogMessage inDialog -> dialog.perform(inDialog);
        }
    }

    private void ring(boolean reliably) {
        if (finished.get()) {
            return;
        }
        if (reliably) {
            ringReliably();
        } else {
            send(invite.response(180));
        }
    }

    /// One after the other: the next waits for the PRACK of the last (RFC 3262 §3).
    private void ringReliably() {
        if (!unacknowledged.compareAndSet(false, true)) {
            return;
        }
        try {
            Response response = invite.dialog().createReliableProvisionalResponse(180);
            invite.dress(response);
            invite.dialog().sendReliableProvisionalResponse(response);
            Ladder.sent(Ladder.Side.SIP, leg, "180 Ringing (reliable)");
            pracked = host.after(PRACK, () -> inbox.deliver(new UasArrival.PrackTimedOut()));
        } catch (SipException | InvalidArgumentException e) {
            log.debug("no 180 on {}: {}", invite.trunk(), e.getMessage());
        }
    }

    private void answer(Sdp answer, @Nullable SessionInterval interval) {
        if (!finish()) {
            return;
        }
        Response response = invite.response(200);
        Jain.allow(response);
        Jain.supported(response);
        SessionHeaders.write(response, interval);
        DialogEnds.describe(response, answer);
        send(response);
    }

    private void refuse(CallEnd end) {
        finish(SipCauses.status(end.cause()), end);
    }

    private void finish(int status, CallEnd end) {
        if (!finish()) {
            return;
        }
        Response response = invite.response(status);
        response.setHeader(Jain.header("Reason", SipDialog.reason(end)));
        if (status == 488) {
            response.setHeader(Jain.header("Warning", InviteRules.warning(invite.request())));
        }
        if (status == 503) {
            response.setHeader(Jain.header("Retry-After", Integer.toString(RETRY_AFTER_SECONDS)));
        }
        invite.channel().giveBack();
        send(response);
    }

    /// @return whether nobody has sent a final response before
    private boolean finish() {
        ringsOn.cancel(false);
        guard.cancel(false);
        pracked.cancel(false);
        return finished.compareAndSet(false, true);
    }

    private void send(Response response) {
        try {
            invite.transaction().sendResponse(response);
            Ladder.sent(Ladder.Side.SIP, leg, response.getStatusCode() + " " + response.getReasonPhrase());
        } catch (SipException | InvalidArgumentException e) {
            // The connection has been closed; the caller hears nothing more from us.
            log.debug("no {} on {}: {}", response.getStatusCode(), invite.trunk(), e.getMessage());
        }
    }

    private void forgotten() {
        if (!finished.get()) {
            log.error("a call that came in was never answered");
            abandon();
        }
    }

    /// No call came of it.
    void abandon() {
        finish(500, CallEnd.of(HangupCause.FAILED));
        invite.dialog().delete();
    }

    private boolean fromDialog(DialogArrival arrival) {
        if (arrival instanceof DialogArrival.Bye || arrival instanceof DialogArrival.ByeDone) {
            invite.channel().giveBack();
        }
        return inbox.deliver(arrival);
    }

    /// CANCEL; its own 200 has been sent.
    void canceled(boolean answeredElsewhere) {
        Ladder.arrived(Ladder.Side.SIP, leg, "CANCEL");
        if (!inbox.deliver(new UasArrival.Cancel(answeredElsewhere))) {
            finish(487, CallEnd.of(HangupCause.CANCELED));
        }
    }

    @Override
    public void bye(String remoteTag, CallEnd end) {
        Ladder.arrived(Ladder.Side.SIP, leg, "BYE");
        dialog.ended();
        fromDialog(new DialogArrival.Bye(remoteTag, end));
    }

    @Override
    public void asked(SIPRequest request, ServerTransaction transaction) throws SipException, InvalidArgumentException {
        if (request.getMethod().equals("PRACK")) {
            pracked.cancel(false);
            unacknowledged.set(false);
        }
        dialog.server().request(request, transaction);
    }

    @Override
    public void acknowledged(SIPRequest ack) {
        Ladder.arrived(Ladder.Side.SIP, leg, "ACK");
        long number = ack.getCSeq().getSeqNumber();
        if (number != invite.request().getCSeq().getSeqNumber()) {
            inbox.deliver(new DialogArrival.Acknowledged(invite.remoteTag(), number, UacAttempt.body(ack)));
        } else if (invite.acknowledged().compareAndSet(false, true)) {
            dialog.remember();
            if (!inbox.deliver(new UasArrival.Ack(UacAttempt.body(ack)))) {
                hangUpUnowned(CallEnd.of(HangupCause.FAILED));
            }
        }
    }

    @Override
    public void neverAcknowledged(Dialog ignored) {
        UasArrival arrival = invite.acknowledged().get()
                ? new DialogArrival.NeverAcknowledged(invite.remoteTag())
                : new UasArrival.AckTimedOut();
        if (!inbox.deliver(arrival)) {
            hangUpUnowned(CallEnd.of(HangupCause.NETWORK_DOWN));
        }
    }

    /// The call is gone, the dialog is not.
    private void hangUpUnowned(CallEnd end) {
        Thread.startVirtualThread(() -> dialog.hangUp(end, List.of()));
    }

    /// A 2xx to a re-INVITE of ours.
    @Override
    public void answeredAgain(SIPResponse response, Dialog ignored) {
        Thread.startVirtualThread(
                () -> dialog.client().acknowledge(response.getCSeq().getSeqNumber()));
    }

    @Override
    public Map<String, String> identifiers() {
        return Map.of("call-id", invite.callId(), "local-tag", invite.localTag(), "remote-tag", invite.remoteTag());
    }
}
