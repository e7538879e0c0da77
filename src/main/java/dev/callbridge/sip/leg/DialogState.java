package dev.callbridge.sip.leg;

import dev.callbridge.call.CallEnd;

/// Where a confirmed dialog stands; the same whoever called.
public sealed interface DialogState extends UacState, UasState {

    /// Both sides agreed; the dialog lives until a BYE.
    record Confirmed(String remoteTag) implements DialogState {}

    /// BYE is out.
    ///
    /// @param challenged whether a challenge to it has been answered already
    record HangingUp(String remoteTag, CallEnd end, boolean challenged) implements DialogState {}

    /// The leg is gone.
    record Over() implements DialogState {}
}
