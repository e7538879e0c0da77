package dev.callbridge.call;

/// When the caller hears that the callee answered.
public enum AnswerPolicy {
    /// At once: a Matrix caller needs our answer before its media can begin.
    AT_ONCE,
    /// When packets can pass: a telephone caller shall neither pay for nor listen to a call without sound.
    WHEN_MEDIA_FLOWS
}
