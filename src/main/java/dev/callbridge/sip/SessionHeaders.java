package dev.callbridge.sip;

import dev.callbridge.sip.leg.SessionInterval;
import dev.callbridge.sip.leg.SessionInterval.Refresher;
import dev.callbridge.sip.leg.SessionTerms;
import gov.nist.javax.sip.header.extensions.MinSE;
import gov.nist.javax.sip.header.extensions.SessionExpires;
import java.time.Duration;
import java.util.ListIterator;
import java.util.Locale;
import java.util.Optional;
import javax.sip.header.AllowHeader;
import javax.sip.header.RetryAfterHeader;
import javax.sip.header.SupportedHeader;
import javax.sip.message.Message;
import javax.sip.message.Request;
import org.jspecify.annotations.Nullable;

/// Reads and writes what a message says of the session besides its description (RFC 4028 §4, §5, RFC 3261 §20.5).
final class SessionHeaders {

    private SessionHeaders() {}

    static SessionTerms terms(Message message) {
        return new SessionTerms(allows(message, Request.UPDATE), supports(message, "timer"), interval(message));
    }

    private static boolean allows(Message message, String method) {
        ListIterator<?> headers = message.getHeaders("Allow");
        while (headers.hasNext()) {
            if (headers.next() instanceof AllowHeader allow && method.equalsIgnoreCase(allow.getMethod())) {
                return true;
            }
        }
        return false;
    }

    private static boolean supports(Message message, String option) {
        ListIterator<?> headers = message.getHeaders("Supported");
        while (headers.hasNext()) {
            if (headers.next() instanceof SupportedHeader supported
                    && option.equalsIgnoreCase(supported.getOptionTag())) {
                return true;
            }
        }
        return false;
    }

    static @Nullable SessionInterval interval(Message message) {
        if (!(message.getHeader("Session-Expires") instanceof SessionExpires header) || header.getExpires() <= 0) {
            return null;
        }
        String refresher =
                header.getRefresher() == null ? "" : header.getRefresher().toLowerCase(Locale.ROOT);
        Refresher side = switch (refresher) {
            case "uac" -> Refresher.UAC;
            case "uas" -> Refresher.UAS;
            default -> null;
        };
        return new SessionInterval(Duration.ofSeconds(header.getExpires()), side);
    }

    /// Min-SE; zero: there is none.
    static Duration least(Message message) {
        return message.getHeader("Min-SE") instanceof MinSE header && header.getExpires() > 0
                ? Duration.ofSeconds(header.getExpires())
                : Duration.ZERO;
    }

    /// Retry-After; empty: there is none.
    static Optional<Duration> retryAfter(Message message) {
        return message.getHeader("Retry-After") instanceof RetryAfterHeader header && header.getRetryAfter() >= 0
                ? Optional.of(Duration.ofSeconds(header.getRetryAfter()))
                : Optional.empty();
    }

    /// Writes Min-SE.
    static void atLeast(Message message, Duration least) {
        message.setHeader(Jain.header("Min-SE", Long.toString(least.toSeconds())));
    }

    /// @param interval null: nothing is said
    static void write(Message message, @Nullable SessionInterval interval) {
        if (interval == null) {
            return;
        }
        String refresher = interval.refresher() == null
                ? ""
                : ";refresher=" + interval.refresher().name().toLowerCase(Locale.ROOT);
        message.setHeader(Jain.header("Session-Expires", interval.expires().toSeconds() + refresher));
        if (message instanceof Request) {
            atLeast(message, interval.least());
        } else if (interval.refresher() == Refresher.UAC) {
            // RFC 4028 §9: who has to refresh has to know about it.
            message.setHeader(Jain.header("Require", "timer"));
        }
    }
}
