package dev.callbridge.sip;

import dev.callbridge.bridge.Ladder;
import dev.callbridge.sip.leg.Challenge;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.List;
import javax.sip.Dialog;
import javax.sip.SipException;
import javax.sip.message.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A request inside a dialog that no leg has to hear of: INFO, PRACK. A challenge is answered once; whatever else comes
/// of it is its end.
///
/// ## Threads
/// Sent on any; responses come on the stack's threads.
final class InDialogExchange implements ClientExchange {

    private static final Logger log = LoggerFactory.getLogger(InDialogExchange.class);

    /// Makes the request, with the next CSeq number.
    interface Draft {
        Request request() throws SipException;
    }

    private final DialogEnds ends;
    private final Draft draft;
    private final Runnable over;
    private final boolean again;

    private InDialogExchange(DialogEnds ends, Draft draft, Runnable over, boolean again) {
        this.ends = ends;
        this.draft = draft;
        this.over = over;
        this.again = again;
    }

    /// @param over called once there is nothing more to wait for, unless this throws
    static void send(DialogEnds ends, Draft draft, Runnable over) throws SipException {
        new InDialogExchange(ends, draft, over, false).send(List.of());
    }

    private void send(List<Challenge> answering) throws SipException {
        Request request = draft.request();
        if (!answering.isEmpty()) {
            ends.digest()
                    .answer(
                            answering,
                            request.getMethod(),
                            request.getRequestURI().toString())
                    .forEach(request::addHeader);
        }
        ends.send(request, this);
    }

    @Override
    public void responded(SIPResponse response, @Nullable Dialog ignored) {
        int status = response.getStatusCode();
        if (status < 200) {
            return;
        }
        Ladder.arrived(
                Ladder.Side.SIP, ends.leg(), status + " (" + response.getCSeq().getMethod() + ")");
        List<Challenge> challenges = again ? List.of() : ends.digest().challenges(response);
        if (challenges.isEmpty()) {
            over.run();
            return;
        }
        try {
            new InDialogExchange(ends, draft, over, true).send(challenges);
        } catch (SipException e) {
            log.debug("a challenge on {} stays unanswered: {}", ends.trunk(), e.getMessage());
            over.run();
        }
    }

    @Override
    public void timedOut() {
        over.run();
    }
}
