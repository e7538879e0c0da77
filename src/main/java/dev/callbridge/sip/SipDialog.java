package dev.callbridge.sip;

import dev.callbridge.bridge.Ids;
import dev.callbridge.bridge.Ladder;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegId;
import dev.callbridge.sip.leg.Challenge;
import dev.callbridge.sip.leg.DialogArrival;
import dev.callbridge.sip.leg.SipCauses;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sip.Dialog;
import javax.sip.DialogState;
import javax.sip.InvalidArgumentException;
import javax.sip.SipException;
import javax.sip.header.Header;
import javax.sip.message.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A confirmed dialog as the wires use it, whoever called: ACK, BYE, and what is remembered of it.
final class SipDialog {

    private static final Logger log = LoggerFactory.getLogger(SipDialog.class);

    private final LegId leg;
    private final Dialog dialog;
    private final Outlet outlet;
    private final Trunk trunk;
    private final Transport transport;
    private final Consumer<DialogArrival> arrivals;
    private @Nullable Request bye;

    /// @param arrivals hears what comes of our BYE, on the stack's threads or the caller's
    SipDialog(
            LegId leg,
            Dialog dialog,
            Outlet outlet,
            Trunk trunk,
            Transport transport,
            Consumer<DialogArrival> arrivals) {
        this.leg = leg;
        this.dialog = dialog;
        this.outlet = outlet;
        this.trunk = trunk;
        this.transport = transport;
        this.arrivals = arrivals;
    }

    String remoteTag() {
        return dialog.getRemoteTag() == null ? "" : dialog.getRemoteTag();
    }

    DialogSnapshot snapshot() {
        return DialogSnapshot.of(dialog, trunk, transport);
    }

    /// @param cseq of the INVITE whose 2xx is acknowledged
    /// @param credentials those of the INVITE (RFC 3261 §13.2.2.4)
    void acknowledge(long cseq, List<Header> credentials) {
        try {
            Request ack = dialog.createAck(cseq);
            dress(ack);
            credentials.forEach(ack::addHeader);
            dialog.sendAck(ack);
            Ladder.sent(Ladder.Side.SIP, leg, "ACK");
        } catch (SipException | InvalidArgumentException e) {
            // A 2xx that is never acknowledged is repeated, and then the other side hangs up.
            log.debug("no ACK on {}: {}", trunk, e.getMessage());
        }
    }

    /// @param answering challenges to the BYE before; empty: this is the first
    /// @param digest answers `answering`; null: there is nothing to answer with
    void hangUp(CallEnd end, List<Challenge> answering, @Nullable DigestClient digest) {
        String tag = remoteTag();
        try {
            if (bye == null || digest == null || answering.isEmpty()) {
                sendFirst(tag, end);
            } else {
                sendAgain(tag, bye, answering, digest);
            }
            Ladder.sent(Ladder.Side.SIP, leg, "BYE");
        } catch (SipException e) {
            log.debug("no BYE on {}: {}", trunk, e.getMessage());
            dialog.delete();
            arrivals.accept(new DialogArrival.ByeDone(tag));
        }
    }

    private void sendFirst(String tag, CallEnd end) throws SipException {
        if (DialogState.TERMINATED.equals(dialog.getState())) {
            throw new SipException("it has ended already");
        }
        Request first = dialog.createRequest(Request.BYE);
        dress(first);
        first.setHeader(Jain.header("Reason", reason(end)));
        var transaction = outlet.provider().getNewClientTransaction(first);
        transaction.setApplicationData(new Bye(tag));
        bye = first;
        dialog.sendRequest(transaction);
    }

    /// For the stack the dialog ended with the challenge; the same BYE with the next number is sent without it.
    private void sendAgain(String tag, Request before, List<Challenge> answering, DigestClient digest)
            throws SipException {
        var again = (SIPRequest) before.clone();
        try {
            again.getCSeq().setSeqNumber(again.getCSeq().getSeqNumber() + 1);
            again.getTopmostVia().setBranch("z9hG4bK" + Ids.random(16));
        } catch (ParseException | InvalidArgumentException e) {
            throw new SipException("no second BYE", e);
        }
        digest.answer(answering, Request.BYE, again.getRequestURI().toString()).forEach(again::addHeader);
        PinnedRouter.pin(again, PinnedRouter.hopOf(again, transport));
        var transaction = outlet.provider().getNewClientTransaction(again);
        transaction.setApplicationData(new Bye(tag));
        transaction.sendRequest();
    }

    static String reason(CallEnd end) {
        return "Q.850;cause=" + SipCauses.q850(end.cause()) + ";text=" + SipText.quoted(end.reason());
    }

    /// What the stack can't know: how we are reached, and which transport the dialog uses.
    private void dress(Request request) throws SipException {
        var via = ((SIPRequest) request).getTopmostVia();
        try {
            via.setHost(outlet.host());
            via.setPort(outlet.port());
            via.setRPort();
        } catch (ParseException | InvalidArgumentException e) {
            throw new SipException("no Via", e);
        }
        request.setHeader(Jain.header("User-Agent", Jain.USER_AGENT));
        PinnedRouter.pin(request, PinnedRouter.hopOf(request, transport));
    }

    /// The last thing that can be done for a dialog nobody owns any more.
    void hangUpUnowned(long cseq, List<Header> credentials) {
        acknowledge(cseq, credentials);
        hangUp(CallEnd.of(HangupCause.CANCELED), List.of(), null);
    }

    /// Waits for what comes of a BYE.
    private final class Bye implements ClientExchange {

        private final String tag;

        private Bye(String tag) {
            this.tag = tag;
        }

        @Override
        public void responded(SIPResponse response, @Nullable Dialog ignored) {
            int status = response.getStatusCode();
            if (status < 200) {
                return;
            }
            Ladder.arrived(Ladder.Side.SIP, leg, status + " (BYE)");
            List<Challenge> challenges = status == 401 || status == 407 ? Challenges.of(response, login()) : List.of();
            if (challenges.isEmpty()) {
                dialog.delete();
                arrivals.accept(new DialogArrival.ByeDone(tag));
            } else {
                arrivals.accept(new DialogArrival.ByeChallenged(tag, challenges));
            }
        }

        private Optional<Credentials> login() {
            return trunk.login();
        }

        @Override
        public void timedOut() {
            dialog.delete();
            arrivals.accept(new DialogArrival.ByeDone(tag));
        }
    }
}
