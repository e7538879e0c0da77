package dev.callbridge.matrix.leg;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Trouble;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// What the room is told about the end of a call, in plain words that say what to do. Clients show a generic
/// failure at best. No notice where the client's own display says it all.
public final class Notices {

    /// A call placed in the line room, where no number says whom it is for.
    public static final String LINE_ROOM = "line-room";
    /// A call in a room with more people than a call of two can have.
    public static final String CROWDED_ROOM = "crowded-room";
    /// A call to the ghost that stands for everybody who hides.
    public static final String HIDDEN_NUMBER = "hidden-number";
    /// A call to a number that is just calling.
    public static final String COLLISION = "collision";
    /// A call without an offer that we can read.
    public static final String NO_OFFER = "no-offer";

    /// Said where somebody calls, or writes, so that we can't read it.
    public static final String ENCRYPTED_ROOM =
            "This chat is encrypted, and calls can't be read in encrypted chats. Start a new chat with me without"
                    + " encryption, or ask your admin how.";

    /// Said where somebody calls in a way that telephones can't take part in.
    public static final String GROUP_CALL =
            "Your app has started an Element Call, and telephones can't join those. On the web or the desktop, press the"
                    + " telephone again and choose \"Legacy call\". Element X has no such calls: use Element Web,"
                    + " Element Desktop or FluffyChat to talk to telephones.";

    /// Ends that a user who took a call can't see the reason of.
    private static final Set<HangupCause> OURS = Collections.unmodifiableSet(EnumSet.of(
            HangupCause.MEDIA_FAILED,
            HangupCause.MEDIA_LOST,
            HangupCause.TIME_LIMIT,
            HangupCause.SHUTTING_DOWN,
            HangupCause.FAILED,
            HangupCause.NO_COMMON_CODEC,
            HangupCause.NETWORK_DOWN));

    private Notices() {}

    /// For a Matrix user whose call to a telephone ended, or never began.
    public static Optional<String> toCaller(CallEnd end) {
        String text = switch (end.reason()) {
            case LINE_ROOM ->
                "To call a telephone from here, write \"call\" and the number, for example: call +49 30 901820";
            case CROWDED_ROOM ->
                "Telephone calls only work in a room with just you and the number. Start a direct chat with it.";
            case HIDDEN_NUMBER -> "This caller hid their number, so there is nothing to call back.";
            case COLLISION -> "This number is calling you right now. Take that call.";
            case NO_OFFER -> "Your app sent a call that can't be read here. Please update it and call again.";
            default -> failed(end);
        };
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static String failed(CallEnd end) {
        return switch (end.cause()) {
            case NORMAL, CANCELED -> "";
            case ANSWERED_ELSEWHERE -> "The call was answered elsewhere.";
            case BUSY -> "The line is busy. Try again later.";
            case NO_ANSWER -> "Nobody answered.";
            case REJECTED -> "The call was declined.";
            case BLOCKED -> "The other side or its network blocks this call as unwanted.";
            case ANONYMITY_REFUSED ->
                "The other side takes no calls from hidden numbers. Ask your admin to show a number.";
            case UNREACHABLE -> "This telephone can't be reached now. Try again later.";
            case UNKNOWN_NUMBER -> "This number is not in use. Check the digits.";
            case INCOMPLETE_NUMBER -> "This number is not complete or not a number. Check the digits.";
            case MOVED -> "This number has changed.";
            case TRUNK_REFUSED ->
                "The telephone company refused the call (credit, destination or caller number). Ask your admin.";
            case TRUNK_LOGIN_REFUSED -> "The telephone company refused the bridge's login. Ask your admin.";
            case NO_COMMON_CODEC -> "Your app and the telephone have no sound format in common. Try another app.";
            case FEATURE_MISSING -> "The other side demands a feature that calls from here don't have. Ask your admin.";
            case LOOP -> "The call came back to where it started. Ask your admin to check the routes.";
            case NETWORK_DOWN -> "The telephone network is busy or down. Try again in a few minutes.";
            case MEDIA_FAILED ->
                "No sound came through, so the call was ended. A firewall is the usual cause: try another network.";
            case MEDIA_LOST -> "The connection was lost. Call again.";
            case TIME_LIMIT -> "The call reached the longest length that is allowed here.";
            case NOT_ALLOWED -> "This number can't be called from here: you have no right to. Ask your admin.";
            case EMERGENCY -> "Emergency calls can't be made here. Use a telephone.";
            case NO_ROUTE -> "No telephone line for this number is up. Ask your admin.";
            case TOO_LATE -> "Your call reached the bridge too late to ring anybody. Call again.";
            case OVERLOADED -> "All lines are taken, or you have too many calls at once. Try again later.";
            case NOT_RECORDED ->
                "The bridge could not write the call down, so it was not placed. Try again, or ask your admin.";
            case SHUTTING_DOWN -> "The bridge is being restarted. Call again in a minute.";
            case FAILED -> "Something went wrong in the bridge. Call again, and tell your admin if it stays so.";
        };
    }

    /// For a Matrix user who took a call, when the bridge ended it.
    public static Optional<String> toCallee(CallEnd end) {
        return OURS.contains(end.cause()) ? Optional.of(failed(end)) : Optional.empty();
    }

    /// Somebody is not heard.
    ///
    /// @param here whether it is the reader
    public static String warning(Trouble trouble, boolean here) {
        return switch (trouble) {
            case NEVER_HEARD ->
                here
                        ? "The telephone can't hear you: nothing arrives from your app. The usual cause is a firewall, or"
                                + " an app that may not use the microphone."
                        : "You can't hear the telephone: nothing arrives from it. The usual cause lies with the"
                                + " telephone line. Call again, and tell your admin if it stays so.";
            case SILENT ->
                here
                        ? "The telephone hears only silence from you. The usual cause is a muted microphone, or an app"
                                + " that listens to the wrong one."
                        : "Only silence arrives from the telephone. The usual cause is that it is muted, or that its"
                                + " microphone is broken.";
            case INTERRUPTED ->
                here
                        ? "The telephone can't hear you any more: nothing arrives from your app. The usual cause is a"
                                + " weak or changed network on your side."
                        : "You can't hear the telephone any more: nothing arrives from it. The usual cause is a bad"
                                + " network on its side, or on the telephone line.";
        };
    }

    /// The other side is somebody else than the room shows.
    ///
    /// @param name as people write the number, or as they call its owner
    public static String talksTo(String name) {
        return "This call is with " + name + " now.";
    }

    /// @param caller as people write the number
    public static String missedCall(String caller) {
        return "Missed call from " + caller + ".";
    }

    /// Said in the line room before it rings there.
    ///
    /// @param caller as people write the number
    public static String isCalling(String caller) {
        return caller + " is calling you.";
    }
}
