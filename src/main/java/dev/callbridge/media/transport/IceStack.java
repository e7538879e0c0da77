package dev.callbridge.media.transport;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ice4j.ResponseCollector;
import org.ice4j.StunResponseEvent;
import org.ice4j.StunTimeoutEvent;
import org.ice4j.TransportAddress;
import org.ice4j.message.Request;
import org.ice4j.stack.StunStack;
import org.ice4j.stack.TransactionID;

/// The STUN of one ICE agent, in which a request that was answered never times out.
///
/// ice4j starts a transaction's timer after it has sent the request, and a response that is faster stops nothing: the
/// timer goes on, and at its end a pair that works is failed. It happens within the machine and the LAN, under load.
final class IceStack extends StunStack {

    @Override
    public TransactionID sendRequest(
            Request request,
            TransportAddress to,
            TransportAddress through,
            ResponseCollector collector,
            TransactionID transaction,
            int originalWait,
            int maxWait,
            int maxRetransmissions)
            throws IOException {
        return super.sendRequest(
                request,
                to,
                through,
                new FirstOutcome(collector),
                transaction,
                originalWait,
                maxWait,
                maxRetransmissions);
    }

    private static final class FirstOutcome implements ResponseCollector {

        private final ResponseCollector collector;
        private final AtomicBoolean known = new AtomicBoolean();

        private FirstOutcome(ResponseCollector collector) {
            this.collector = collector;
        }

        @Override
        public void processResponse(StunResponseEvent response) {
            if (known.compareAndSet(false, true)) {
                collector.processResponse(response);
            }
        }

        @Override
        public void processTimeout(StunTimeoutEvent timeout) {
            if (known.compareAndSet(false, true)) {
                collector.processTimeout(timeout);
            }
        }
    }
}
