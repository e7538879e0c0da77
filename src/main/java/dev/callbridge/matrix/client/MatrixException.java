package dev.callbridge.matrix.client;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The homeserver said no, or could not be asked.
public final class MatrixException extends Exception {

    private static final long serialVersionUID = 1;

    /// Our users' ids hold numbers, which stay out of logs but for their ends.
    private static final Pattern OURS = Pattern.compile("(@_sip_)[^\\s:@'\"]*?([^\\s:@'\"]{2}):");

    private final int status;
    private final String code;
    private final @Nullable Duration retryAfter;

    /// @param status of HTTP; 0 if there was no answer
    /// @param code for example `M_LIMIT_EXCEEDED`; empty if unknown
    /// @param retryAfter how long the homeserver wants to be left alone; null if it didn't say
    MatrixException(int status, String code, @Nullable Duration retryAfter, String message) {
        super(OURS.matcher(message).replaceAll("$1…$2:"));
        this.status = status;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    /// How long the homeserver wants to be left alone; null if it didn't say.
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /// Whether the same request can succeed later.
    public boolean passing() {
        return status == 0 || status == 429 || status >= 500;
    }
}
