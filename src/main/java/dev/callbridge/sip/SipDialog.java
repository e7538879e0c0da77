package dev.callbridge.sip;

import dev.callbridge.bridge.CallJournal;
import dev.callbridge.bridge.Ids;
import dev.callbridge.bridge.Inbox;
import dev.callbridge.bridge.Ladder;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegId;
import dev.callbridge.sip.leg.Challenge;
import dev.callbridge.sip.leg.DialogArrival;
import dev.callbridge.sip.leg.DialogMessage;
import dev.callbridge.sip.leg.SipCauses;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.text.ParseException;
import java.util.List;
import javax.sip.Dialog;
import javax.sip.DialogState;
import javax.sip.InvalidArgumentException;
import javax.sip.SipException;
import javax.sip.header.Header;
import javax.sip.message.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A dialog as the wires use it, whoever called: ACK, BYE, everything in between, and what is remembered of it.
final class SipDialog {

    private static final Logger log = LoggerFactory.getLogger(SipDialog.class);

    private final DialogEnds ends;
    private final LegId leg;
    private final Dialog dialog;
    private final Trunk trunk;
    private final Inbox<DialogArrival> arrivals;
    private final CallJournal journal;
    private final DialogServer server;
    private final DialogClient client;
    private final DialogAlarms alarms;
    private final Introductions introductions;
    private String target = "";
    private @Nullable Request bye;

    /// @param arrivals hears what comes of our requests, on the stack's threads or the caller's; false if
    /// nobody does
    SipDialog(
            DialogEnds ends,
            SipStackHost host,
            CallJournal journal,
            Introductions introductions,
            Inbox<DialogArrival> arrivals) {
        this.ends = ends;
        this.leg = ends.leg();
        this.dialog = ends.dialog();
        this.trunk = ends.trunk();
        this.arrivals = arrivals;
        this.journal = journal;
        this.introductions = introductions;
        this.server = new DialogServer(ends, arrivals);
        this.client = new DialogClient(ends, arrivals);
        this.alarms = new DialogAlarms(ends::remoteTag, ends.ownsCallId(), host::after, arrivals);
    }

    DialogEnds ends() {
        return ends;
    }

    DialogServer server() {
        return server;
    }

    DialogClient client() {
        return client;
    }

    /// What the leg says, by the loop of the call.
    void perform(DialogMessage message) {
        switch (message) {
            case DialogMessage.Bye(var _, var end) -> hangUp(end, List.of());
            case DialogMessage.AuthenticateBye(var _, var end, var answering) -> hangUp(end, answering);
            case DialogMessage.Reinvite(var _, var offer, var interval) -> client.reinvite(offer, interval);
            case DialogMessage.Update(var _, var interval) -> client.update(interval);
            case DialogMessage.Introduce(var _, var who, var answering, var interval) -> {
                List<String> lines = answering.isEmpty() ? introductions.news(who) : introductions.last();
                client.introduce(lines, interval, answering);
            }
            case DialogMessage.Again(var _, var method, var answering, var interval) ->
                client.again(method, answering, interval);
            case DialogMessage.AckReinvite _ -> {
                client.acknowledge();
                remember();
            }
            case DialogMessage.Accept(var _, long number, var body, var interval) -> {
                server.accept(number, body, interval);
                remember();
            }
            case DialogMessage.Refuse(var _, long number, int status) -> server.refuse(number, status);
            case DialogMessage.BackOff(var _, var after) -> alarms.backOff(after);
            case DialogMessage.Wake(var _, var alarm, var after, int round) -> alarms.wake(alarm, after, round);
            case DialogMessage.Press(var _, var digit, var length) -> {
                if (trunk.dtmf() == Dtmf.INFO) {
                    client.press(new Keypress(digit, length));
                }
            }
        }
    }

    /// Writes the dialog down as it is now, if its target has moved.
    void remember() {
        var remote = dialog.getRemoteTarget();
        String now = remote == null ? "" : remote.getURI().toString();
        if (DialogState.CONFIRMED.equals(dialog.getState()) && !now.equals(target)) {
            target = now;
            journal.dialog(leg, snapshot().json());
        }
    }

    String remoteTag() {
        return ends.remoteTag();
    }

    DialogSnapshot snapshot() {
        return DialogSnapshot.of(dialog, trunk, ends.transport());
    }

    /// The peer hung up. From any thread.
    void ended() {
        alarms.stop();
    }

    /// @param cseq of the INVITE whose 2xx is acknowledged
    /// @param credentials those of the INVITE (RFC 3261 §13.2.2.4)
    void acknowledge(long cseq, List<Header> credentials) {
        try {
            Request ack = dialog.createAck(cseq);
            ends.dress(ack);
            credentials.forEach(ack::addHeader);
            dialog.sendAck(ack);
            Ladder.sent(Ladder.Side.SIP, leg, "ACK");
        } catch (SipException | InvalidArgumentException e) {
            // A 2xx that is never acknowledged is repeated, and then the other side hangs up.
            log.debug("no ACK on {}: {}", trunk, e.getMessage());
        }
    }

    /// Nobody answered in it.
    void forget() {
        dialog.delete();
    }

    /// @param answering challenges to the BYE before; empty: this is the first
    void hangUp(CallEnd end, List<Challenge> answering) {
        String tag = remoteTag();
        alarms.stop();
        try {
            if (bye == null || answering.isEmpty()) {
                sendFirst(tag, end);
            } else {
                sendAgain(tag, bye, answering);
            }
            Ladder.sent(Ladder.Side.SIP, leg, "BYE");
        } catch (SipException e) {
            log.debug("no BYE on {}: {}", trunk, e.getMessage());
            dialog.delete();
            arrivals.deliver(new DialogArrival.ByeDone(tag));
        }
    }

    private void sendFirst(String tag, CallEnd end) throws SipException {
        if (DialogState.TERMINATED.equals(dialog.getState())) {
            throw new SipException("it has ended already");
        }
        Request first = ends.request(Request.BYE);
        first.setHeader(Jain.header("Reason", reason(end)));
        var transaction = ends.outlet().provider().getNewClientTransaction(first);
        transaction.setApplicationData(new Bye(tag));
        bye = first;
        dialog.sendRequest(transaction);
    }

    /// For the stack the dialog ended with the challenge; the same BYE with the next number is sent without it.
    private void sendAgain(String tag, Request before, List<Challenge> answering) throws SipException {
        var again = (SIPRequest) before.clone();
        try {
            again.getCSeq().setSeqNumber(again.getCSeq().getSeqNumber() + 1);
            again.getTopmostVia().setBranch("z9hG4bK" + Ids.random(16));
        } catch (ParseException | InvalidArgumentException e) {
            throw new SipException("no second BYE", e);
        }
        ends.digest()
                .answer(answering, Request.BYE, again.getRequestURI().toString())
                .forEach(again::addHeader);
        PinnedRouter.pin(again, ends.hop(again));
        var transaction = ends.outlet().provider().getNewClientTransaction(again);
        transaction.setApplicationData(new Bye(tag));
        transaction.sendRequest();
    }

    static String reason(CallEnd end) {
        return "Q.850;cause=" + SipCauses.q850(end.cause()) + ";text=" + SipText.quoted(end.reason());
    }

    /// The last thing that can be done for a dialog nobody owns any more.
    void hangUpUnowned(long cseq, List<Header> credentials) {
        acknowledge(cseq, credentials);
        hangUp(CallEnd.of(HangupCause.CANCELED), List.of());
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
            List<Challenge> challenges = ends.digest().challenges(response);
            if (challenges.isEmpty()) {
                dialog.delete();
                arrivals.deliver(new DialogArrival.ByeDone(tag));
            } else {
                arrivals.deliver(new DialogArrival.ByeChallenged(tag, challenges));
            }
        }

        @Override
        public void timedOut() {
            dialog.delete();
            arrivals.deliver(new DialogArrival.ByeDone(tag));
        }
    }
}
