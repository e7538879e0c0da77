package dev.callbridge.call;

/// Why a call ended, in the words of neither protocol; each leg translates to and from its own.
public enum HangupCause {
    /// Somebody hung up.
    NORMAL("hangup"),
    /// The caller gave up before there was an answer.
    CANCELED("canceled"),
    /// Another phone of the callee took the call.
    ANSWERED_ELSEWHERE("answered-elsewhere"),
    /// The callee is in another call.
    BUSY("busy"),
    /// It rang, and nobody answered in time.
    NO_ANSWER("no-answer"),
    /// The callee does not want this call.
    REJECTED("rejected"),
    /// Blocked as unwanted, by the callee or by analytics of the network.
    BLOCKED("blocked"),
    /// The callee does not take calls from people who hide their number.
    ANONYMITY_REFUSED("anonymity-refused"),
    /// The callee exists and can't be reached now.
    UNREACHABLE("unreachable"),
    /// Nobody has this number, or not any more.
    UNKNOWN_NUMBER("unknown-number"),
    /// The number is too short, too long or not a number.
    INCOMPLETE_NUMBER("incomplete-number"),
    /// The callee has moved to another address.
    MOVED("moved"),
    /// The trunk refuses this call: credit, destination or caller number.
    TRUNK_REFUSED("trunk-refused"),
    /// The trunk refuses our login.
    TRUNK_LOGIN_REFUSED("trunk-login-refused"),
    /// The two sides have no audio codec in common.
    NO_COMMON_CODEC("no-common-codec", true),
    /// The other side insists on a protocol feature that we don't have.
    FEATURE_MISSING("feature-missing"),
    /// The call came around in a circle.
    LOOP("loop"),
    /// The network or the trunk is down or overloaded.
    NETWORK_DOWN("network-down"),
    /// Both sides agreed, and no packet came through.
    MEDIA_FAILED("media-failed"),
    /// Packets passed, and then did not any more.
    MEDIA_LOST("media-lost"),
    /// The call reached its longest allowed length.
    TIME_LIMIT("time-limit", true),
    /// The caller has no right to call this number.
    NOT_ALLOWED("not-allowed", true),
    /// An emergency number for which no route is configured.
    EMERGENCY("emergency", true),
    /// No trunk is configured for this number, or none of them is up.
    NO_ROUTE("no-route", true),
    /// The invite is too old to ring a telephone.
    TOO_LATE("too-late", true),
    /// The bridge or the trunk has as many calls as it may have.
    OVERLOADED("overloaded", true),
    /// The call could not be written down, and what is not written down is not dialled.
    NOT_RECORDED("not-recorded", true),
    /// The bridge stops.
    SHUTTING_DOWN("shutting-down", true),
    /// We are to blame.
    FAILED("bridge-failed", true);

    private final String reason;
    private final boolean ours;

    HangupCause(String reason) {
        this(reason, false);
    }

    HangupCause(String reason, boolean ours) {
        this.reason = reason;
        this.ours = ours;
    }

    /// Short and stable: for log lines, metrics and the journal.
    public String reason() {
        return reason;
    }

    /// Whether it was the bridge's decision or fault, whichever leg it showed on.
    public boolean ours() {
        return ours;
    }
}
