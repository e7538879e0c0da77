package dev.callbridge.call;

/// Why a leg or a call ended.
///
/// @param cause in the words of neither protocol
/// @param reason short and stable, more exact than the cause where something is known: `carrier-503`
public record CallEnd(HangupCause cause, String reason) {

    public static CallEnd of(HangupCause cause) {
        return new CallEnd(cause, cause.reason());
    }
}
