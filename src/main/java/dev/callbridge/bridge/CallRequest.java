package dev.callbridge.bridge;

import dev.callbridge.call.AnswerPolicy;
import dev.callbridge.dialplan.Party;
import java.time.Duration;

/// Somebody calls somebody.
///
/// @param answerPolicy when the caller hears that the callee answered
/// @param patience how long the caller will wait for an answer, counted from now
public record CallRequest(Party caller, Party callee, AnswerPolicy answerPolicy, Duration patience) {}
