package dev.callbridge.sip;

import dev.callbridge.bridge.CallJournal;
import dev.callbridge.bridge.CallRegistry;
import dev.callbridge.bridge.CallRequest;
import dev.callbridge.bridge.Ids;
import dev.callbridge.bridge.Inbox;
import dev.callbridge.bridge.Ladder;
import dev.callbridge.call.AnswerPolicy;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Sdp;
import dev.callbridge.dialplan.Extension;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.NumberPlan;
import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.Rights;
import dev.callbridge.sip.leg.SessionInterval;
import dev.callbridge.sip.leg.UasArrival;
import gov.nist.javax.sip.RequestEventExt;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.net.InetAddress;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.sip.Dialog;
import javax.sip.DialogState;
import javax.sip.InvalidArgumentException;
import javax.sip.RequestEvent;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.SipProvider;
import javax.sip.TransactionAlreadyExistsException;
import javax.sip.header.ToHeader;
import javax.sip.message.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What trunks ask of us. Runs on the stack's threads: transactions are made here and now, so that a repeated
/// request
/// finds them, and everything else is left to the call.
final class Inbound {

    private static final Logger log = LoggerFactory.getLogger(Inbound.class);

    private final Trunks trunks;
    private final NumberPlan plan;
    private final Rights rights;
    private final Supplier<CallRegistry> registry;
    private final CallJournal journal;
    private final SipStackHost host;

    Inbound(
            Trunks trunks,
            NumberPlan plan,
            Rights rights,
            Supplier<CallRegistry> registry,
            CallJournal journal,
            SipStackHost host) {
        this.trunks = trunks;
        this.plan = plan;
        this.rights = rights;
        this.registry = registry;
        this.journal = journal;
        this.host = host;
    }

    /// Gives a response to a request outside any dialog the To tag that it needs (RFC 3261 §8.2.6.2).
    static void tag(Response response) {
        var to = (ToHeader) response.getHeader("To");
        try {
            if (to != null && to.getTag() == null && response.getStatusCode() > 100) {
                to.setTag(Ids.random(10));
            }
        } catch (ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    void request(RequestEvent event) {
        var request = (SIPRequest) event.getRequest();
        try {
            switch (request.getMethod()) {
                case "INVITE" -> invite(event, request);
                case "ACK" -> owner(event.getDialog()).ifPresent(owner -> owner.acknowledged(request));
                case "BYE" -> bye(event, request);
                case "CANCEL" -> cancel(event, request);
                case "INFO", "UPDATE", "PRACK", "OPTIONS" -> inDialog(event, request);
                default -> refuse(transaction(event), request, 405);
            }
        } catch (TransactionAlreadyExistsException _) {
            log.trace("repeated: {}", request.getMethod());
        } catch (SipException | InvalidArgumentException e) {
            log.debug("{} could not be answered: {}", request.getMethod(), e.getMessage());
        }
    }

    private static ServerTransaction transaction(RequestEvent event) throws SipException {
        ServerTransaction known = event.getServerTransaction();
        return known == null ? ((SipProvider) event.getSource()).getNewServerTransaction(event.getRequest()) : known;
    }

    private static Optional<DialogOwner> owner(@Nullable Dialog dialog) {
        return dialog != null && dialog.getApplicationData() instanceof DialogOwner owner
                ? Optional.of(owner)
                : Optional.empty();
    }

    private static void refuse(ServerTransaction transaction, SIPRequest request, int status)
            throws SipException, InvalidArgumentException {
        Response response = Jain.response(status, request);
        tag(response);
        switch (status) {
            case 405 -> Jain.allow(response);
            case 415 -> response.setHeader(Jain.header("Accept", "application/sdp"));
            case 420 ->
                InviteRules.unsupported(request).forEach(each -> response.addHeader(Jain.header("Unsupported", each)));
            case 422 -> SessionHeaders.atLeast(response, SessionInterval.LEAST);
            case 488 -> response.setHeader(Jain.header("Warning", InviteRules.warning(request)));
            case 503 -> response.setHeader(Jain.header("Retry-After", "30"));
            default -> {}
        }
        transaction.sendResponse(response);
    }

    private void bye(RequestEvent event, SIPRequest request) throws SipException, InvalidArgumentException {
        ServerTransaction transaction = transaction(event);
        Optional<DialogOwner> owner = owner(event.getDialog());
        refuse(transaction, request, owner.isPresent() ? 200 : 481);
        String tag = request.getFromTag() == null ? "" : request.getFromTag();
        owner.ifPresent(each -> each.bye(tag, Reasons.ofBye(request)));
    }

    private static void inDialog(RequestEvent event, SIPRequest request) throws SipException, InvalidArgumentException {
        ServerTransaction transaction = transaction(event);
        // The stack remembers a dialog for a while after its BYE.
        Optional<DialogOwner> owner = owner(event.getDialog())
                .filter(_ -> !DialogState.TERMINATED.equals(event.getDialog().getState()));
        if (owner.isPresent()) {
            owner.get().asked(request, transaction);
        } else {
            refuse(transaction, request, 481);
        }
    }

    /// Also of an INVITE that has its answer by now, and of one inside a dialog, which is decided at once and
    /// so goes on as if nothing had come (RFC 3261 §9.2).
    private void cancel(RequestEvent event, SIPRequest request) throws SipException, InvalidArgumentException {
        ServerTransaction transaction = transaction(event);
        var stack = (SIPTransactionStack) ((SipProvider) event.getSource()).getSipStack();
        var invite = (ServerTransaction) stack.findCancelTransaction(request, true);
        refuse(transaction, request, invite == null ? 481 : 200);
        if (invite != null && invite.getApplicationData() instanceof UasWire wire) {
            wire.canceled(Reasons.answeredElsewhere(request));
        }
    }

    private void invite(RequestEvent event, SIPRequest request) throws SipException, InvalidArgumentException {
        if (request.getToTag() != null) {
            inDialog(event, request);
            return;
        }
        ServerTransaction transaction = transaction(event);
        InetAddress source = InetAddress.ofLiteral(((RequestEventExt) event).getRemoteIpAddress());
        Optional<Trunk> trunk = trunks.from(source, ((RequestEventExt) event).getRemotePort(), Callers.called(request));
        int flaw = InviteRules.flaw(request);
        if (trunk.isEmpty() || flaw != 0 || !registry.get().isRunning()) {
            refuse(transaction, request, trunk.isEmpty() ? 403 : flaw != 0 ? flaw : 503);
            return;
        }
        Optional<Channel> channel = trunk.get().take();
        if (channel.isEmpty()) {
            refuse(transaction, request, 503);
            return;
        }
        var provider = (SipProvider) event.getSource();
        var transport = Transport.of(request.getTopmostVia().getTransport());
        boolean opened = false;
        try {
            transaction.sendResponse(Jain.response(100, request));
            Dialog dialog = provider.getNewDialog(transaction);
            open(new IncomingInvite(
                    request,
                    transaction,
                    dialog,
                    trunk.get(),
                    transport,
                    host.outlet(provider, trunk.get(), source, transport),
                    Ids.random(10),
                    InviteRules.patience(request),
                    channel.get(),
                    new AtomicBoolean()));
            opened = true;
        } finally {
            // A connection that closed right behind its INVITE can't be answered.
            if (!opened) {
                channel.get().giveBack();
            }
        }
    }

    private void open(IncomingInvite invite) {
        Party caller = Callers.caller(invite.request(), invite.trunk());
        List<String> called = Callers.called(invite.request(), invite.trunk());
        String number = called.stream()
                .filter(each -> plan.ringsFor(each).isPresent())
                .findFirst()
                .orElseGet(called::getFirst);
        Optional<MatrixUser> callee = plan.ringsFor(number);
        Party to = callee.<Party>map(user -> user)
                .orElseGet(() -> new Extension(invite.trunk().name(), number));
        var seat = new UasSeat(invite, host, journal, Introductions.ofCalled(invite, number, callee, rights));
        var request = new CallRequest(caller, to, AnswerPolicy.WHEN_MEDIA_FLOWS, invite.patience());
        try {
            Inbox<UasArrival> inbox = callee.isPresent()
                    ? registry.get().open(request, seat)
                    : registry.get().refuse(request, seat, CallEnd.of(HangupCause.UNKNOWN_NUMBER));
            Sdp offer = UacAttempt.body(invite.request());
            seat.leg(id -> Ladder.arrived(Ladder.Side.SIP, id, "INVITE"));
            inbox.deliver(new UasArrival.Invite(
                    invite.remoteTag(),
                    caller,
                    to,
                    offer,
                    InviteRules.wantsReliability(invite.request()),
                    SessionHeaders.terms(invite.request())));
            // As its second mail: a call that is refused has ended by then.
            inbox.deliver(new UasArrival.RingsOn());
        } catch (RuntimeException bug) {
            log.error("a call could not be opened", bug);
            seat.abandon();
        }
    }
}
