package dev.callbridge;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;

/// Says in one line why the bridge does not start.
final class StartFailure implements FailureAnalysisReporter {

    private static final Logger log = LoggerFactory.getLogger(StartFailure.class);

    @Override
    public void report(FailureAnalysis analysis) {
        String action = analysis.getAction();
        String what = String.valueOf(analysis.getDescription()).strip();
        log.error("The bridge does not start. {}{}", what, action == null ? "" : " " + action.strip());
    }
}
