package dev.callbridge;

import dev.callbridge.bridge.SettingException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// Says which setting stops the bridge, in one line instead of a stack trace.
final class SettingFailureAnalyzer extends AbstractFailureAnalyzer<SettingException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, SettingException cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()), "Correct it in config/callbridge.yaml and start again.", cause);
    }
}
