package dev.callbridge;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/// Says where a settings file is no YAML. Never quotes it: it may hold secrets.
@Order(Ordered.HIGHEST_PRECEDENCE)
final class FileFailureAnalyzer extends AbstractFailureAnalyzer<MarkedYAMLException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, MarkedYAMLException cause) {
        @Nullable Mark mark = cause.getProblemMark();
        String where = mark == null ? "" : " near line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
        return new FailureAnalysis(
                "The settings file can't be read as YAML" + where
                        + ": mind indentation, brackets and quotation marks there.",
                null,
                cause);
    }
}
