package dev.callbridge.sip;

import gov.nist.core.StackLogger;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the stack says, as a logger of ours, one level lower than it thinks: its errors are mostly hostile packets.
/// Truncated, because it prints whole buffers; without credentials and keys.
public final class Slf4jStackLogger implements StackLogger {

    private static final Logger log = LoggerFactory.getLogger("callbridge.sip.stack");
    private static final int LONGEST = 300;
    private static final Pattern SECRETS =
            Pattern.compile("(?i)((?:proxy-)?authorization:|a=crypto:|a=ice-pwd:|response=|[+]?\\d{4,})[^\\r\\n]*");

    static String fit(@Nullable String message) {
        if (message == null) {
            return "";
        }
        String head = message.length() > LONGEST ? message.substring(0, LONGEST) + "…" : message;
        return SipText.clean(SECRETS.matcher(head).replaceAll("(redacted)").replaceAll("\\s+", " "), LONGEST);
    }

    @Override
    public void logStackTrace() {}

    @Override
    public void logStackTrace(int level) {}

    @Override
    public int getLineCount() {
        return 0;
    }

    @Override
    public void logException(Throwable e) {
        log.debug("{}", fit(e.toString()));
    }

    @Override
    public void logDebug(String message) {
        log.trace("{}", fit(message));
    }

    @Override
    public void logDebug(String message, Exception e) {
        log.trace("{}: {}", fit(message), fit(e.toString()));
    }

    @Override
    public void logTrace(String message) {
        log.trace("{}", fit(message));
    }

    @Override
    public void logFatalError(String message) {
        log.error("{}", fit(message));
    }

    @Override
    public void logError(String message) {
        log.debug("{}", fit(message));
    }

    @Override
    public void logError(String message, Exception e) {
        log.debug("{}: {}", fit(message), fit(e.toString()));
    }

    @Override
    public void logWarning(String message) {
        log.debug("{}", fit(message));
    }

    @Override
    public void logInfo(String message) {
        log.trace("{}", fit(message));
    }

    @Override
    public boolean isLoggingEnabled() {
        return true;
    }

    /// Guards expensive strings inside the stack.
    @Override
    public boolean isLoggingEnabled(int level) {
        if (level <= TRACE_FATAL) {
            return true;
        }
        return level <= TRACE_WARN ? log.isDebugEnabled() : log.isTraceEnabled();
    }

    @Override
    public void disableLogging() {}

    @Override
    public void enableLogging() {}

    @Override
    public void setBuildTimeStamp(String stamp) {}

    @Override
    public void setStackProperties(Properties properties) {}

    @Override
    public String getLoggerName() {
        return log.getName();
    }
}
