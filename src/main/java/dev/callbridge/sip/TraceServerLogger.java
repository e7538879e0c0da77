package dev.callbridge.sip;

import gov.nist.core.ServerLogger;
import gov.nist.javax.sip.message.SIPMessage;
import java.util.Properties;
import javax.sip.SipStack;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// First lines of messages, for `logging.level.callbridge.sip.messages: trace`.
public final class TraceServerLogger implements ServerLogger {

    private static final Logger log = LoggerFactory.getLogger("callbridge.sip.messages");

    private static void trace(SIPMessage message, String from, String to, boolean sent) {
        if (log.isTraceEnabled()) {
            log.trace(
                    "{} {} > {}: {}",
                    sent ? "sent" : "received",
                    from,
                    to,
                    Slf4jStackLogger.fit(message.getFirstLine()));
        }
    }

    @Override
    public void logMessage(SIPMessage message, String from, String to, boolean sender, long time) {
        trace(message, from, to, sender);
    }

    @Override
    public void logMessage(SIPMessage message, String from, String to, String status, boolean sender, long time) {
        trace(message, from, to, sender);
    }

    @Override
    public void logMessage(SIPMessage message, String from, String to, String status, boolean sender) {
        trace(message, from, to, sender);
    }

    @Override
    public void logException(Exception e) {
        log.trace("{}", Slf4jStackLogger.fit(e.toString()));
    }

    @Override
    public void closeLogFile() {}

    @Override
    public void setStackProperties(Properties properties) {}

    @Override
    public void setSipStack(SipStack stack) {}
}
