package dev.callbridge.matrix.leg;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import java.util.Locale;

/// Reasons in `m.call.hangup` and `m.call.reject`, both ways. Written as the specification has them; read as clients
/// write them: `user_hangup`, `userHangup`, `user hangup`.
public final class MatrixReasons {

    private MatrixReasons() {}

    /// What we send for `cause`.
    public static String reason(HangupCause cause) {
        return switch (cause) {
            case NORMAL, CANCELED, REJECTED, BLOCKED, ANONYMITY_REFUSED, TIME_LIMIT -> "user_hangup";
            case ANSWERED_ELSEWHERE -> "answered_elsewhere";
            case BUSY -> "user_busy";
            case NO_ANSWER, UNREACHABLE -> "invite_timeout";
            case MEDIA_FAILED -> "ice_failed";
            case MEDIA_LOST -> "ice_timeout";
            case UNKNOWN_NUMBER,
                    INCOMPLETE_NUMBER,
                    MOVED,
                    TRUNK_REFUSED,
                    TRUNK_LOGIN_REFUSED,
                    NO_COMMON_CODEC,
                    FEATURE_MISSING,
                    LOOP,
                    NETWORK_DOWN,
                    NOT_ALLOWED,
                    EMERGENCY,
                    NO_ROUTE,
                    TOO_LATE,
                    OVERLOADED,
                    NOT_RECORDED,
                    SHUTTING_DOWN,
                    FAILED -> "unknown_error";
        };
    }

    /// What a client meant.
    ///
    /// @param reason as received; empty if there was none
    public static CallEnd end(String reason) {
        String plain = reason.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]", "");
        return switch (plain) {
            case "", "userhangup", "replaced", "newsession", "transferred" -> CallEnd.of(HangupCause.NORMAL);
            case "userbusy" -> CallEnd.of(HangupCause.BUSY);
            case "invitetimeout" -> CallEnd.of(HangupCause.NO_ANSWER);
            case "icefailed" -> new CallEnd(HangupCause.MEDIA_FAILED, "ice-failed");
            case "icetimeout" -> new CallEnd(HangupCause.MEDIA_LOST, "ice-timeout");
            case "usermediafailed", "nousermedia" -> new CallEnd(HangupCause.MEDIA_FAILED, "no-microphone");
            case "answeredelsewhere", "org.matrix.msc4006.completedelsewhere" ->
                CallEnd.of(HangupCause.ANSWERED_ELSEWHERE);
            default -> new CallEnd(HangupCause.UNREACHABLE, "client-error");
        };
    }
}
