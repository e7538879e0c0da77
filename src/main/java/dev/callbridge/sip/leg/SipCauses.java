package dev.callbridge.sip.leg;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import java.util.Optional;

/// SIP status codes and Q.850 causes as hang-up causes, and back (RFC 3398 §7.2.4.1, §8.2.6.1).
public final class SipCauses {

    private SipCauses() {}

    /// Reads why an INVITE of ours failed. A Q.850 cause says more about the telephone than the status does.
    ///
    /// @param status SIP status code, 300 to 699 (RFC 3261 §21)
    /// @param q850 the cause of a `Reason: Q.850` header (RFC 3326); 0: there is none
    /// @param alerted whether a provisional response above 100 came before
    public static CallEnd ofFinal(int status, int q850, boolean alerted) {
        HangupCause byStatus = status == 408 && alerted ? HangupCause.NO_ANSWER : ofStatus(status);
        // More exact than the 21 that comes with them.
        boolean exact = byStatus == HangupCause.BLOCKED || byStatus == HangupCause.ANONYMITY_REFUSED;
        HangupCause cause = exact ? byStatus : ofQ850(q850).orElse(byStatus);
        return new CallEnd(cause, plain(cause) ? cause.reason() : "carrier-" + status);
    }

    /// These say all there is to say.
    private static boolean plain(HangupCause cause) {
        return cause == HangupCause.BUSY || cause == HangupCause.NO_ANSWER || cause == HangupCause.REJECTED;
    }

    static HangupCause ofStatus(int status) {
        return switch (status) {
            case 486, 600 -> HangupCause.BUSY;
            case 480, 487 -> HangupCause.NO_ANSWER;
            case 603 -> HangupCause.REJECTED;
            case 607, 608 -> HangupCause.BLOCKED;
            case 433 -> HangupCause.ANONYMITY_REFUSED;
            case 404, 410, 485, 604 -> HangupCause.UNKNOWN_NUMBER;
            case 414, 416, 484 -> HangupCause.INCOMPLETE_NUMBER;
            case 402, 403, 428, 436, 437, 438 -> HangupCause.TRUNK_REFUSED;
            case 401, 407 -> HangupCause.TRUNK_LOGIN_REFUSED;
            case 415, 488, 606 -> HangupCause.NO_COMMON_CODEC;
            case 413, 420, 421, 422 -> HangupCause.FEATURE_MISSING;
            case 482, 483 -> HangupCause.LOOP;
            case 408, 481 -> HangupCause.NETWORK_DOWN;
            default -> ofClass(status / 100);
        };
    }

    private static HangupCause ofClass(int hundreds) {
        return switch (hundreds) {
            case 3 -> HangupCause.MOVED;
            case 5 -> HangupCause.NETWORK_DOWN;
            case 6 -> HangupCause.REJECTED;
            default -> HangupCause.UNREACHABLE;
        };
    }

    /// The cause number of a `Reason: Q.850` header (ITU-T Q.850 table 1); empty if it says nothing of its own.
    static Optional<HangupCause> ofQ850(int cause) {
        return Optional.ofNullable(
                switch (cause) {
                    case 1, 22, 26 -> HangupCause.UNKNOWN_NUMBER;
                    case 17 -> HangupCause.BUSY;
                    case 18, 19 -> HangupCause.NO_ANSWER;
                    case 20, 31 -> HangupCause.UNREACHABLE;
                    case 21 -> HangupCause.REJECTED;
                    case 23 -> HangupCause.MOVED;
                    case 25 -> HangupCause.LOOP;
                    case 28 -> HangupCause.INCOMPLETE_NUMBER;
                    case 55, 57, 87 -> HangupCause.TRUNK_REFUSED;
                    case 65, 70, 79, 88 -> HangupCause.NO_COMMON_CODEC;
                    case 127 -> HangupCause.FEATURE_MISSING;
                    case 27, 34, 38, 41, 42, 44, 47, 102 -> HangupCause.NETWORK_DOWN;
                    default -> null;
                });
    }

    /// Reads why the other side hung up.
    ///
    /// @param q850 of the BYE's Reason header; 0: there is none
    /// @param answeredElsewhere whether it has `Reason: SIP;cause=200`
    public static CallEnd ofBye(int q850, boolean answeredElsewhere) {
        if (answeredElsewhere) {
            return CallEnd.of(HangupCause.ANSWERED_ELSEWHERE);
        }
        return switch (q850) {
            case 27, 31, 34, 38, 41, 42, 44, 47, 102 -> new CallEnd(HangupCause.NETWORK_DOWN, "carrier-q850-" + q850);
            default -> CallEnd.of(HangupCause.NORMAL);
        };
    }

    /// What may help a call that a trunk refused.
    enum Remedy {
        NONE,
        ANOTHER_TRUNK,
        /// The same trunk, for which there may be a plainer offer.
        PLAINER_OFFER
    }

    /// What may help a call that a trunk refused with `status`.
    static Remedy remedy(int status) {
        return switch (status) {
            case 401, 407, 408, 428, 436, 437, 438, 500, 502, 503, 504 -> Remedy.ANOTHER_TRUNK;
            case 415, 488, 606 -> Remedy.PLAINER_OFFER;
            default -> Remedy.NONE;
        };
    }

    /// The status with which an INVITE that came in is refused.
    public static int status(HangupCause cause) {
        return switch (cause) {
            case BUSY -> 486;
            case REJECTED, BLOCKED -> 603;
            case ANONYMITY_REFUSED -> 433;
            case CANCELED -> 487;
            case UNKNOWN_NUMBER, NO_ROUTE -> 404;
            case MOVED -> 410;
            case INCOMPLETE_NUMBER -> 484;
            case NOT_ALLOWED, EMERGENCY, TRUNK_REFUSED -> 403;
            case NO_COMMON_CODEC -> 488;
            case LOOP -> 482;
            case OVERLOADED, NETWORK_DOWN, SHUTTING_DOWN, NOT_RECORDED -> 503;
            case FAILED, FEATURE_MISSING, TRUNK_LOGIN_REFUSED -> 500;
            case NORMAL, ANSWERED_ELSEWHERE, NO_ANSWER, UNREACHABLE, MEDIA_FAILED, MEDIA_LOST, TIME_LIMIT, TOO_LATE ->
                480;
        };
    }

    /// The cause number of the Reason header that we send.
    public static int q850(HangupCause cause) {
        return switch (cause) {
            case NORMAL, CANCELED, ANSWERED_ELSEWHERE -> 16;
            case BUSY -> 17;
            case NO_ANSWER, TOO_LATE -> 19;
            case UNREACHABLE -> 20;
            case REJECTED, BLOCKED, ANONYMITY_REFUSED, TRUNK_REFUSED, TRUNK_LOGIN_REFUSED -> 21;
            case UNKNOWN_NUMBER -> 1;
            case NO_ROUTE -> 3;
            case MOVED -> 22;
            case LOOP -> 25;
            case INCOMPLETE_NUMBER -> 28;
            case NETWORK_DOWN, SHUTTING_DOWN -> 38;
            case MEDIA_FAILED, MEDIA_LOST, FAILED, NOT_RECORDED -> 41;
            case OVERLOADED -> 42;
            case TIME_LIMIT -> 47;
            case NOT_ALLOWED, EMERGENCY -> 57;
            case NO_COMMON_CODEC -> 88;
            case FEATURE_MISSING -> 127;
        };
    }
}
