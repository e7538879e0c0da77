package dev.callbridge.sip;

import gov.nist.javax.sip.DialogTimeoutEvent;
import gov.nist.javax.sip.ResponseEventExt;
import gov.nist.javax.sip.SipListenerExt;
import gov.nist.javax.sip.message.SIPResponse;
import javax.sip.DialogTerminatedEvent;
import javax.sip.IOExceptionEvent;
import javax.sip.RequestEvent;
import javax.sip.ResponseEvent;
import javax.sip.SipProvider;
import javax.sip.TimeoutEvent;
import javax.sip.Transaction;
import javax.sip.TransactionTerminatedEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one place where the stack's callbacks come in. Each is handed to whoever owns it, on the stack's
/// thread, and
/// nothing is let out: what is thrown here ends the thread that reads all datagrams.
final class StackListener implements SipListenerExt {

    private static final Logger log = LoggerFactory.getLogger(StackListener.class);

    private final Inbound inbound;
    private final StrayAnswer strays;

    StackListener(Inbound inbound, StrayAnswer strays) {
        this.inbound = inbound;
        this.strays = strays;
    }

    @Override
    public void processRequest(RequestEvent event) {
        guarded(() -> inbound.request(event));
    }

    @Override
    public void processResponse(ResponseEvent event) {
        guarded(() -> response(event));
    }

    private void response(ResponseEvent event) {
        var response = (SIPResponse) event.getResponse();
        Transaction transaction = event.getClientTransaction();
        if (transaction == null && event instanceof ResponseEventExt extended) {
            // Another branch of a forked INVITE, whose first answer ended the transaction.
            transaction = extended.getOriginalTransaction();
        }
        if (exchange(transaction) instanceof ClientExchange exchange) {
            exchange.responded(response, event.getDialog());
        } else if (isAnswer(response)) {
            if (event.getDialog() != null && event.getDialog().getApplicationData() instanceof DialogOwner owner) {
                owner.answeredAgain(response, event.getDialog());
            } else if (event instanceof ResponseEventExt extended
                    && strays.believes(response, extended.getRemoteIpAddress())) {
                StrayAnswer.hangUp((SipProvider) event.getSource(), response);
            }
        }
    }

    private static boolean isAnswer(SIPResponse response) {
        return response.getStatusCode() / 100 == 2
                && "INVITE".equals(response.getCSeq().getMethod());
    }

    private static @Nullable Object exchange(@Nullable Transaction transaction) {
        return transaction == null ? null : transaction.getApplicationData();
    }

    @Override
    public void processTimeout(TimeoutEvent event) {
        guarded(() -> {
            if (!event.isServerTransaction() && exchange(event.getClientTransaction()) instanceof ClientExchange ours) {
                ours.timedOut();
            }
        });
    }

    @Override
    public void processDialogTimeout(DialogTimeoutEvent event) {
        guarded(() -> {
            if (event.getReason() == DialogTimeoutEvent.Reason.AckNotReceived
                    && event.getDialog().getApplicationData() instanceof DialogOwner owner) {
                owner.neverAcknowledged(event.getDialog());
            }
        });
    }

    @Override
    public void processIOException(IOExceptionEvent event) {
        log.debug("no way to {}:{}", event.getHost(), event.getPort());
    }

    @Override
    public void processTransactionTerminated(TransactionTerminatedEvent event) {}

    @Override
    public void processDialogTerminated(DialogTerminatedEvent event) {}

    private static void guarded(Runnable callback) {
        try {
            callback.run();
        } catch (Throwable bug) {
            log.error("a message was dropped", bug);
        }
    }
}
